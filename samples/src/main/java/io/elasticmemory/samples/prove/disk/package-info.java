/** A disk that fails on purpose. */
@NullMarked
package io.elasticmemory.samples.prove.disk;

import org.jspecify.annotations.NullMarked;
