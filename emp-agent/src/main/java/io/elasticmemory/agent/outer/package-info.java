/**
 * What a program with the agent has more on its class path: three classes, compiled for Java 8 so
 * that an old JVM can say what it lacks. Everything else is carried by the agent's jar out of the
 * program's sight.
 */
@NullMarked
package io.elasticmemory.agent.outer;

import org.jspecify.annotations.NullMarked;
