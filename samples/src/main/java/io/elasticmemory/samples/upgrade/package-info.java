/** Another build's pager takes the spaces of a running program over, at somebody's wish. */
@NullMarked
package io.elasticmemory.samples.upgrade;

import org.jspecify.annotations.NullMarked;
