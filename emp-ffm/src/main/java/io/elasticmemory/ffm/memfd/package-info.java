/**
 * Memory files: sealed, sparse, mapped at aligned bases; a space's memory and its pager's view of
 * it.
 */
@NullMarked
package io.elasticmemory.ffm.memfd;

import org.jspecify.annotations.NullMarked;
