/** Linux as the ports see it: finds what the kernel can do and hands out the implementations. */
@NullMarked
package io.elasticmemory.ffm;

import org.jspecify.annotations.NullMarked;
