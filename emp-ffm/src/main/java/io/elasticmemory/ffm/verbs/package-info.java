/**
 * The verbs on Linux: librdmacm makes connections, libibverbs does the rest, called as they are.
 * What C has as inline functions is called through the pointers in its structures, as those
 * functions do. The libraries are loaded when RDMA is first asked for.
 */
@NullMarked
package io.elasticmemory.ffm.verbs;

import org.jspecify.annotations.NullMarked;
