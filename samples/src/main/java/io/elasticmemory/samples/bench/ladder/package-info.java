/**
 * One workload over falling shares of local memory, on the tiers of a space and on what else a user
 * could pick: mapped files and swap.
 */
@NullMarked
package io.elasticmemory.samples.bench.ladder;

import org.jspecify.annotations.NullMarked;
