/** What the agent costs a program that starts with it. */
@NullMarked
package io.elasticmemory.samples.bench.agent;

import org.jspecify.annotations.NullMarked;
