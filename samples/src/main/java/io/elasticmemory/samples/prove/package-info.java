/**
 * What a space must show, as programs that show it: each item starts real processes, prints what it
 * saw and says whether that was good.
 */
@NullMarked
package io.elasticmemory.samples.prove;

import org.jspecify.annotations.NullMarked;
