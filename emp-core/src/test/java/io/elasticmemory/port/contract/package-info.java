/** Abstract contract tests of the ports: whoever implements a port extends and passes them. */
@NullMarked
package io.elasticmemory.port.contract;

import org.jspecify.annotations.NullMarked;
