/**
 * The allocator inside a space: which offsets are whose. It never touches the memory itself, so
 * that memory that was never written costs nothing and memory that lies below is not fetched.
 */
@NullMarked
package io.elasticmemory.alloc;

import org.jspecify.annotations.NullMarked;
