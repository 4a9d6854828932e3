/**
 * What the paging logic needs from the outside: faults, pages, donors, sockets, processes, time.
 *
 * <p>Each port is small and its comment binds every implementer. {@code emp-ffm} implements them on
 * Linux; the tests implement them as a simulated world. Nothing in this package calls native code.
 */
@NullMarked
package io.elasticmemory.port;

import org.jspecify.annotations.NullMarked;
