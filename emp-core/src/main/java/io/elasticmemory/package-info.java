/** The public API: spaces, their memory as arenas and segments, and the errors it reports. */
@NullMarked
package io.elasticmemory;

import org.jspecify.annotations.NullMarked;
