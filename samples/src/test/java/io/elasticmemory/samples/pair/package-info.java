/** Two exporters with the same bytes, of which real processes end, stop and come back. */
@NullMarked
package io.elasticmemory.samples.pair;

import org.jspecify.annotations.NullMarked;
