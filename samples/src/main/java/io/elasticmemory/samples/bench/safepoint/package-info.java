/** What a slow donor does to the collector of a program that waits for it. */
@NullMarked
package io.elasticmemory.samples.bench.safepoint;

import org.jspecify.annotations.NullMarked;
