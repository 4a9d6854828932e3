/** The agent's parts by themselves, and its jar in JVMs of their own. */
@NullMarked
package io.elasticmemory.agent;

import org.jspecify.annotations.NullMarked;
