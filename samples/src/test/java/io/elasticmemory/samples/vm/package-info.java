/** Tests in a virtual machine that has what the host may not: an RDMA device. */
@NullMarked
package io.elasticmemory.samples.vm;

import org.jspecify.annotations.NullMarked;
