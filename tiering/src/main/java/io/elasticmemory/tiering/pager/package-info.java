/** The pager: the program that serves the faults of one space, and its state machine. */
@NullMarked
package io.elasticmemory.tiering.pager;

import org.jspecify.annotations.NullMarked;
