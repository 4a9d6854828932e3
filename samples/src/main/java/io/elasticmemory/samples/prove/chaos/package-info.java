/** All that may fail, failing at the same time, around a program that checks every word. */
@NullMarked
package io.elasticmemory.samples.prove.chaos;

import org.jspecify.annotations.NullMarked;
