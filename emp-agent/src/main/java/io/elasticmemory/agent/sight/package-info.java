/**
 * What the agent shows of its work: a page that commands read, events for the flight recorder,
 * beans, and which lines of the program have faults. Nothing of it stands in the program's way: the
 * flight recorder and the beans are used only where the program, or its user, has brought them up.
 */
@NullMarked
package io.elasticmemory.agent.sight;

import org.jspecify.annotations.NullMarked;
