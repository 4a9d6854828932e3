/** A fabric in memory, for tests of whatever uses the verbs. */
@NullMarked
package io.elasticmemory.port.verbs.testing;

import org.jspecify.annotations.NullMarked;
