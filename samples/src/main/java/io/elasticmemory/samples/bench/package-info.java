/** Runs workloads on a space and reports what it cost: figures counted inside and outside. */
@NullMarked
package io.elasticmemory.samples.bench;

import org.jspecify.annotations.NullMarked;
