/** Random reads that are asked for ahead of need, beside the disk itself at the same depth. */
@NullMarked
package io.elasticmemory.samples.bench.prefetch;

import org.jspecify.annotations.NullMarked;
