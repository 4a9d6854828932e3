/** DiSNI programs on EMP's verbs, on the fabric in memory and on a device. */
@NullMarked
package io.elasticmemory.ffm.disni;

import org.jspecify.annotations.NullMarked;
