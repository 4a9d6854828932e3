/**
 * Replacement policies compared on recorded traces: exact LRU and Belady's MIN, which see every
 * access, candidates that see what a pager sees, and the real pager.
 */
@NullMarked
package io.elasticmemory.samples.bench.policy;

import org.jspecify.annotations.NullMarked;
