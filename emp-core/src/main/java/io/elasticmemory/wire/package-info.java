/**
 * Bytes that another process sees: one {@code …Layout} per message and per shared table, each with
 * a drawing, a version and a size. All numbers are little-endian and naturally aligned.
 */
@NullMarked
package io.elasticmemory.wire;

import org.jspecify.annotations.NullMarked;
