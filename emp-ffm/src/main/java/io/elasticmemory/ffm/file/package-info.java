/** Spill files and block devices, always with direct I/O. */
@NullMarked
package io.elasticmemory.ffm.file;

import org.jspecify.annotations.NullMarked;
