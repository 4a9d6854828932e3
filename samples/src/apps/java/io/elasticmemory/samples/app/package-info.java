/**
 * Programs that drive libraries of others, and know nothing of EMP: they are compiled apart, and
 * run with the libraries alone on their class path.
 */
@NullMarked
package io.elasticmemory.samples.app;

import org.jspecify.annotations.NullMarked;
