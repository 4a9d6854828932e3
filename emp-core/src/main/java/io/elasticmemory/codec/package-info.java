/** LZ4, and when it is worth its time. */
@NullMarked
package io.elasticmemory.codec;

import org.jspecify.annotations.NullMarked;
