/** Ports in memory, for tests of whatever uses them. */
@NullMarked
package io.elasticmemory.port.testing;

import org.jspecify.annotations.NullMarked;
