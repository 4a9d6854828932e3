/** How threads that serve others wait: for a moment awake, then asleep. */
@NullMarked
package io.elasticmemory.thread;

import org.jspecify.annotations.NullMarked;
