/** The exporter: a daemon that lends DRAM of its machine in slabs, under leases. */
@NullMarked
package io.elasticmemory.exporter;

import org.jspecify.annotations.NullMarked;
