/** What EMP promises of its speed, measured row by row, and the document that tells it. */
@NullMarked
package io.elasticmemory.samples.bench.report;

import org.jspecify.annotations.NullMarked;
