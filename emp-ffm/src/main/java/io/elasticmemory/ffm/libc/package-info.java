/**
 * The C library and the kernel's system calls as Java sees them: one class of functions per
 * concern, the constants and structures they use in one place each, and errno captured per call.
 *
 * <p>Every function returns what C returns, or {@code -errno} when it failed, so that a caller on a
 * hot path looks at a number and nothing is allocated. x86-64 only.
 */
@NullMarked
package io.elasticmemory.ffm.libc;

import org.jspecify.annotations.NullMarked;
