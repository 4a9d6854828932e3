/** What this machine is and allows: kernel, memory limits, huge pages, swap. */
@NullMarked
package io.elasticmemory.ffm.host;

import org.jspecify.annotations.NullMarked;
