/** That nothing is lost, whatever dies: the items of {@code emp prove faults}. */
@NullMarked
package io.elasticmemory.samples.prove.faults;

import org.jspecify.annotations.NullMarked;
