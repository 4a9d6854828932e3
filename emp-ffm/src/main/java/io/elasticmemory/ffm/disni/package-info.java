/**
 * DiSNI programs on EMP's verbs, without DiSNI's native half: classes behind its public API that
 * lead to a {@link io.elasticmemory.port.verbs.Verbs}. Names are those of DiSNI with {@code Port}
 * in front.
 *
 * <p>DiSNI is an optional dependency: nothing outside this package and {@code disni.engine} knows
 * it, and neither is loaded before it is asked for.
 */
@NullMarked
package io.elasticmemory.ffm.disni;

import org.jspecify.annotations.NullMarked;
