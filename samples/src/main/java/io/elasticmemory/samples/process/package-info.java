/** Other programs, what they say, and what the kernel says about them. */
@NullMarked
package io.elasticmemory.samples.process;

import org.jspecify.annotations.NullMarked;
