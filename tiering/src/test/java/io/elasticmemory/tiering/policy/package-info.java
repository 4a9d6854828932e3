/** Choices of the pager, given sequences of what a pager sees. */
@NullMarked
package io.elasticmemory.tiering.policy;

import org.jspecify.annotations.NullMarked;
