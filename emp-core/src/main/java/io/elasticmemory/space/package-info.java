/**
 * What is behind an open space in the application: its shared memory, the start and end of its
 * pager, the thread that hears the pager, and the commands to it.
 */
@NullMarked
package io.elasticmemory.space;

import org.jspecify.annotations.NullMarked;
