package io.elasticmemory.agent;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * {@code malloc} and its like, which know the space: each has the name of its C function and calls
 * that for what is not in the space. All take that function first, in the form of {@link
 * HandleShape}, then its address and where to keep errno, which are only passed on.
 *
 * @param canFree whether those who get memory here have a {@code free} that knows the space
 */
@SuppressWarnings("UnusedMethod")
record CFunctions(
    Redirector redirector, Contents contents, AtomicBoolean canFree, MethodHandle freeOfC) {
  static final List<String> NAMES =
      List.of("malloc", "calloc", "realloc", "aligned_alloc", "free", "malloc_usable_size");

  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  /** The type of a C function, pointers and sizes as long. */
  static MethodType cType(String name) {
    Class<?> result = name.equals("free") ? void.class : long.class;
    int parameters =
        switch (name) {
          case "malloc", "free", "malloc_usable_size" -> 1;
          default -> 2;
        };
    return MethodType.methodType(result, Collections.nCopies(parameters, long.class));
  }

  /** The function of this name, in the common form. */
  MethodHandle around(String name, MethodHandle original) {
    MethodType type = original.type().insertParameterTypes(0, MethodHandle.class);
    try {
      MethodHandle found = LOOKUP.findVirtual(CFunctions.class, name, type);
      return MethodHandles.insertArguments(found, 0, this, original);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private long allocate(long bytes) {
    return bytes >= redirector.minBytes() && canFree.get() ? redirector.allocate(bytes) : 0;
  }

  // By the names they have in C, by which they are found.

  private long malloc(MethodHandle original, MemorySegment symbol, MemorySegment state, long bytes)
      throws Throwable {
    long address = allocate(bytes);
    return address != 0 ? address : (long) original.invokeExact(symbol, state, bytes);
  }

  private long calloc(
      MethodHandle original,
      MemorySegment symbol,
      MemorySegment state,
      long count,
      long elementBytes)
      throws Throwable {
    boolean isSize = count > 0 && elementBytes > 0 && Math.multiplyHigh(count, elementBytes) == 0;
    long address = isSize ? allocate(count * elementBytes) : 0;
    return address != 0 ? address : (long) original.invokeExact(symbol, state, count, elementBytes);
  }

  private long aligned_alloc(
      MethodHandle original, MemorySegment symbol, MemorySegment state, long alignment, long bytes)
      throws Throwable {
    boolean isPower = alignment > 0 && Long.bitCount(alignment) == 1;
    long address =
        isPower && bytes >= redirector.minBytes() && canFree.get()
            ? redirector.allocateAligned(bytes, alignment)
            : 0;
    return address != 0 ? address : (long) original.invokeExact(symbol, state, alignment, bytes);
  }

  private long realloc(
      MethodHandle original, MemorySegment symbol, MemorySegment state, long address, long bytes)
      throws Throwable {
    if (address != 0 && !redirector.holds(address)) {
      return bytes >= redirector.minBytes() && canFree.get()
          ? contents.takeOver(
              bytes, () -> reallocByC(original, symbol, state, address, bytes), this::freeByC)
          : (long) original.invokeExact(symbol, state, address, bytes);
    }
    if (address == 0) {
      long fresh = allocate(bytes);
      return fresh != 0 ? fresh : (long) original.invokeExact(symbol, state, 0L, bytes);
    }
    if (bytes == 0) {
      redirector.free(address);
      return 0;
    }
    return contents.move(address, bytes, () -> reallocByC(original, symbol, state, 0, bytes));
  }

  private static long reallocByC(
      MethodHandle realloc, MemorySegment symbol, MemorySegment state, long address, long bytes) {
    try {
      return (long) realloc.invokeExact(symbol, state, address, bytes);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private void freeByC(long address) {
    try {
      freeOfC.invokeExact(address);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private void free(MethodHandle original, MemorySegment symbol, MemorySegment state, long address)
      throws Throwable {
    if (redirector.holds(address)) {
      redirector.free(address);
    } else {
      original.invokeExact(symbol, state, address);
    }
  }

  private long malloc_usable_size(
      MethodHandle original, MemorySegment symbol, MemorySegment state, long address)
      throws Throwable {
    return redirector.holds(address)
        ? redirector.bytesAt(address)
        : (long) original.invokeExact(symbol, state, address);
  }
}
