/** {@code emp bench rdma}: round trips by RDMA, beside the same in C. */
@NullMarked
package io.elasticmemory.samples.bench.rdma;

import org.jspecify.annotations.NullMarked;
