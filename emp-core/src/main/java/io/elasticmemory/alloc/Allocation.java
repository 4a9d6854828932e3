package io.elasticmemory.alloc;

/**
 * A piece of the space, handed out.
 *
 * @param offset where it begins, in bytes from the start of the space
 * @param bytes how many were asked for; may be 0, and the offset is then its own all the same
 * @param mustZero whether these bytes may hold what a former owner wrote; if not, they are zero and
 *     must not be touched to make them so
 */
public record Allocation(long offset, long bytes, boolean mustZero) {}
