/** Which lines of a program have faults, as a table for people and as a flame graph. */
@NullMarked
package io.elasticmemory.samples.profile;

import org.jspecify.annotations.NullMarked;
