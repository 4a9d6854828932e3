/** Other processes held by pidfd, the lifeline between two, and what a pager does to itself. */
@NullMarked
package io.elasticmemory.ffm.process;

import org.jspecify.annotations.NullMarked;
