/** What one fault costs, beside the same work done in C with the same placement in the same run. */
@NullMarked
package io.elasticmemory.samples.bench.fault;

import org.jspecify.annotations.NullMarked;
