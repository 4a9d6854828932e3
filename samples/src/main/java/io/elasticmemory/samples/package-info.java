/** The emp command with its demos, workloads and proofs. */
@NullMarked
package io.elasticmemory.samples;

import org.jspecify.annotations.NullMarked;
