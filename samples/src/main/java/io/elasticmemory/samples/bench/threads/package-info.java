/** How many faults a second many threads get served, by several shards. */
@NullMarked
package io.elasticmemory.samples.bench.threads;

import org.jspecify.annotations.NullMarked;
