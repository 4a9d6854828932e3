/** Page faults through userfaultfd: opening, registering, reading messages, resolving. */
@NullMarked
package io.elasticmemory.ffm.userfaultfd;

import org.jspecify.annotations.NullMarked;
