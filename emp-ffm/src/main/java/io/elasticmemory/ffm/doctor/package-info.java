/** Looks at the machine: the self-test at the start of every space, and what a person asks for. */
@NullMarked
package io.elasticmemory.ffm.doctor;

import org.jspecify.annotations.NullMarked;
