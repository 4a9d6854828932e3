/** What the tests of several modules need. */
@NullMarked
package io.elasticmemory.testing;

import org.jspecify.annotations.NullMarked;
