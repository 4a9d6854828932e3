package io.elasticmemory.agent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The JDK's own native memory, through the methods that are rewritten: whoever calls these is
 * {@link Turn#inside}. Not by {@code sun.misc.Unsafe}, which warns of its removal.
 */
final class OrdinaryMemory {
  private final MethodHandle allocate;
  private final MethodHandle reallocate;
  private final MethodHandle free;

  /** Finds them; jdk.internal.misc must be open to this class. */
  OrdinaryMemory() throws ReflectiveOperationException {
    Class<?> unsafe = Class.forName("jdk.internal.misc.Unsafe");
    MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(unsafe, MethodHandles.lookup());
    Object instance = unsafe.getMethod("getUnsafe").invoke(null);
    allocate = bind(lookup, instance, "allocateMemory", long.class, long.class);
    reallocate = bind(lookup, instance, "reallocateMemory", long.class, long.class, long.class);
    free = bind(lookup, instance, "freeMemory", void.class, long.class);
  }

  private static MethodHandle bind(
      MethodHandles.Lookup lookup,
      Object instance,
      String name,
      Class<?> result,
      Class<?>... parameters)
      throws ReflectiveOperationException {
    return lookup.bind(instance, name, MethodType.methodType(result, parameters));
  }

  /** The address; an OutOfMemoryError if there is none. */
  long allocate(long bytes) {
    try {
      return (long) allocate.invokeExact(bytes);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /** The address; an OutOfMemoryError if there is none, and the old one stays. */
  long reallocate(long address, long bytes) {
    try {
      return (long) reallocate.invokeExact(address, bytes);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /** Takes it back. */
  void free(long address) {
    try {
      free.invokeExact(address);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  private static RuntimeException unchecked(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
  }
}
