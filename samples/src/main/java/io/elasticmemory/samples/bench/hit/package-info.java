/** What access to resident memory of a space costs beside ordinary memory. */
@NullMarked
package io.elasticmemory.samples.bench.hit;

import org.jspecify.annotations.NullMarked;
