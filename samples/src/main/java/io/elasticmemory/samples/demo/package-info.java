/** Builds and queries a full-text index in a space and in local memory, and compares. */
@NullMarked
package io.elasticmemory.samples.demo;

import org.jspecify.annotations.NullMarked;
