/** What a program that knows nothing of EMP must show: the items of {@code emp prove agent}. */
@NullMarked
package io.elasticmemory.samples.prove.agent;

import org.jspecify.annotations.NullMarked;
