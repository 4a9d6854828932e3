/** What a space needs beside its data: its table, and its pager. */
@NullMarked
package io.elasticmemory.samples.bench.footprint;

import org.jspecify.annotations.NullMarked;
