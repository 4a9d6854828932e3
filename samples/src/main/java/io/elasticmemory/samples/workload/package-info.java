/**
 * Workloads that know what every word of their memory must hold. They take plain memory segments,
 * so the same code runs on a space and, in its own tests, on ordinary memory.
 */
@NullMarked
package io.elasticmemory.samples.workload;

import org.jspecify.annotations.NullMarked;
