/** Counters in shared memory, readable by anyone who holds the descriptor, even after death. */
@NullMarked
package io.elasticmemory.counters;

import org.jspecify.annotations.NullMarked;
