/** What units of fetching that adapt cost or bring, beside units that do not. */
@NullMarked
package io.elasticmemory.samples.bench.elastic;

import org.jspecify.annotations.NullMarked;
