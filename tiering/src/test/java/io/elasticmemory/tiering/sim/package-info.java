/**
 * The simulated world: the real shard over a simulated kernel, application and donors, in one
 * thread, from one seed, under a virtual clock, with a model that knows every byte.
 */
@NullMarked
package io.elasticmemory.tiering.sim;

import org.jspecify.annotations.NullMarked;
