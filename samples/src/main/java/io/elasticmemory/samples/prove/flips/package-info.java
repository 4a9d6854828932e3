/** Bits that are turned over wherever bytes of a space are kept or travel, and what comes of it. */
@NullMarked
package io.elasticmemory.samples.prove.flips;

import org.jspecify.annotations.NullMarked;
