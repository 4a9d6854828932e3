/** What the counters of a running program's spaces say, for people who size and watch them. */
@NullMarked
package io.elasticmemory.samples.stat;

import org.jspecify.annotations.NullMarked;
