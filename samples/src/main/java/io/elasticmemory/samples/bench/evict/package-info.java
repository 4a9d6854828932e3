/** How fast blocks leave DRAM, beside the least that can take them away. */
@NullMarked
package io.elasticmemory.samples.bench.evict;

import org.jspecify.annotations.NullMarked;
