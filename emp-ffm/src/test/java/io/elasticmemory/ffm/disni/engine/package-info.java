/** The verbs by DiSNI, over EMP's own provider for it. */
@NullMarked
package io.elasticmemory.ffm.disni.engine;

import org.jspecify.annotations.NullMarked;
