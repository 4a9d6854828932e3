/** Unix sockets that pass descriptors, and TCP streams that never block. */
@NullMarked
package io.elasticmemory.ffm.socket;

import org.jspecify.annotations.NullMarked;
