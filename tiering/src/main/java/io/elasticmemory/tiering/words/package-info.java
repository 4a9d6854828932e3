/** Words that several clients of an exporter change together, over TCP or by its RDMA device. */
@NullMarked
package io.elasticmemory.tiering.words;

import org.jspecify.annotations.NullMarked;
