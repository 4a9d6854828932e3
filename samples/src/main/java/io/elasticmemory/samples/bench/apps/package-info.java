/**
 * Libraries of others, unmodified, in programs that know nothing of EMP: each run once without the
 * agent and once with it and less DRAM than data, and compared.
 */
@NullMarked
package io.elasticmemory.samples.bench.apps;

import org.jspecify.annotations.NullMarked;
