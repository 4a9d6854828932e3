/** Choices of the pager, each behind an interface: who leaves, what comes along, where to. */
@NullMarked
package io.elasticmemory.tiering.policy;

import org.jspecify.annotations.NullMarked;
