package io.elasticmemory.agent;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Handles for {@code malloc} and its like that a program links itself: they come to know the space.
 * A handle of any other type than the C function has, or with an option that adds parameters, stays
 * as it is; so does one whose function is told with each call.
 */
@SuppressWarnings("UnusedMethod")
final class NativeFunctions {
  private static final List<String> NAMES =
      List.of("malloc", "calloc", "realloc", "aligned_alloc", "free", "malloc_usable_size");

  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
  private static final MethodHandle OF_ADDRESS =
      find(
          MemorySegment.class, "ofAddress", MethodType.methodType(MemorySegment.class, long.class));

  private final Redirector redirector;

  /** Names by address, found at the first link; the functions never move. */
  private volatile Map<Long, String> names = Map.of();

  NativeFunctions(Redirector redirector) {
    this.redirector = redirector;
  }

  /** The handle to be used instead. */
  MethodHandle link(MemorySegment symbol, FunctionDescriptor function, MethodHandle handle) {
    String name = names().get(symbol.address());
    if (name == null) {
      return handle;
    }
    MethodType cType = cType(name);
    if (!isAlike(handle.type(), cType)) {
      return handle;
    }
    MethodHandle plain = plain(handle).asType(cType);
    MethodHandle redirected =
        MethodHandles.insertArguments(
            find(
                NativeFunctions.class,
                name,
                cType.insertParameterTypes(0, Redirector.class, MethodHandle.class)),
            0,
            redirector,
            plain);
    return shaped(redirected, handle.type(), function);
  }

  private Map<Long, String> names() {
    Map<Long, String> known = names;
    if (known.isEmpty()) {
      Map<Long, String> found = new HashMap<>();
      for (String name : NAMES) {
        Linker.nativeLinker()
            .defaultLookup()
            .find(name)
            .ifPresent(symbol -> found.put(symbol.address(), name));
      }
      known = Map.copyOf(found);
      names = known;
    }
    return known;
  }

  /** With pointers and sizes as long. */
  private static MethodType cType(String name) {
    Class<?> result = name.equals("free") ? void.class : long.class;
    int parameters =
        switch (name) {
          case "malloc", "free", "malloc_usable_size" -> 1;
          default -> 2;
        };
    return MethodType.methodType(result, java.util.Collections.nCopies(parameters, long.class));
  }

  private static boolean isAlike(MethodType type, MethodType cType) {
    return type.parameterCount() == cType.parameterCount()
        && type.parameterList().stream().allMatch(NativeFunctions::isWord)
        && (type.returnType() == void.class
            ? cType.returnType() == void.class
            : isWord(type.returnType()) && cType.returnType() != void.class);
  }

  private static boolean isWord(Class<?> type) {
    return type == long.class || type == MemorySegment.class;
  }

  /** Takes and gives addresses as long. */
  private static MethodHandle plain(MethodHandle handle) {
    MethodHandle plain = handle;
    for (int i = 0; i < handle.type().parameterCount(); i++) {
      if (handle.type().parameterType(i) == MemorySegment.class) {
        plain = MethodHandles.filterArguments(plain, i, OF_ADDRESS);
      }
    }
    return handle.type().returnType() == MemorySegment.class
        ? MethodHandles.filterReturnValue(plain, address())
        : plain;
  }

  /** Takes and gives what the program's handle did. */
  private static MethodHandle shaped(
      MethodHandle plain, MethodType type, FunctionDescriptor function) {
    MethodHandle shaped = plain;
    for (int i = 0; i < type.parameterCount(); i++) {
      if (type.parameterType(i) == MemorySegment.class) {
        shaped = MethodHandles.filterArguments(shaped, i, address());
      }
    }
    if (type.returnType() != MemorySegment.class) {
      return shaped;
    }
    MethodHandle sized =
        MethodHandles.insertArguments(
            find(
                NativeFunctions.class,
                "segment",
                MethodType.methodType(MemorySegment.class, long.class, long.class)),
            0,
            targetBytes(function));
    return MethodHandles.filterReturnValue(shaped, sized);
  }

  private static MethodHandle address() {
    try {
      return LOOKUP.findVirtual(MemorySegment.class, "address", MethodType.methodType(long.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle find(Class<?> type, String name, MethodType methodType) {
    try {
      return LOOKUP.findStatic(type, name, methodType);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long targetBytes(FunctionDescriptor function) {
    return function
        .returnLayout()
        .filter(AddressLayout.class::isInstance)
        .map(AddressLayout.class::cast)
        .flatMap(AddressLayout::targetLayout)
        .map(layout -> layout.byteSize())
        .orElse(0L);
  }

  private static MemorySegment segment(long bytes, long address) {
    MemorySegment segment = MemorySegment.ofAddress(address);
    return bytes == 0 ? segment : segment.reinterpret(bytes);
  }

  // The functions, by the names they have in C, by which they are found.

  private static long malloc(Redirector redirector, MethodHandle original, long bytes)
      throws Throwable {
    long address = bytes < redirector.minBytes() ? 0 : redirector.allocate(bytes);
    return address != 0 ? address : (long) original.invokeExact(bytes);
  }

  private static long calloc(
      Redirector redirector, MethodHandle original, long count, long elementBytes)
      throws Throwable {
    long address = 0;
    if (count > 0 && elementBytes > 0 && Math.multiplyHigh(count, elementBytes) == 0) {
      long bytes = count * elementBytes;
      address = bytes < redirector.minBytes() ? 0 : redirector.allocate(bytes);
    }
    return address != 0 ? address : (long) original.invokeExact(count, elementBytes);
  }

  private static long aligned_alloc(
      Redirector redirector, MethodHandle original, long alignment, long bytes) throws Throwable {
    boolean isPower = alignment > 0 && Long.bitCount(alignment) == 1;
    long address =
        isPower && bytes >= redirector.minBytes()
            ? redirector.allocateAligned(bytes, alignment)
            : 0;
    return address != 0 ? address : (long) original.invokeExact(alignment, bytes);
  }

  private static long realloc(
      Redirector redirector, MethodHandle original, long address, long bytes) throws Throwable {
    if (address != 0 && !redirector.holds(address)) {
      // It stays where it is: only malloc knows how long it is, and only C may free it.
      return (long) original.invokeExact(address, bytes);
    }
    if (address == 0) {
      long fresh = bytes < redirector.minBytes() ? 0 : redirector.allocate(bytes);
      return fresh != 0 ? fresh : (long) original.invokeExact(0L, bytes);
    }
    if (bytes == 0) {
      redirector.free(address);
      return 0;
    }
    return redirector.move(address, bytes, () -> newByC(original, bytes));
  }

  private static long newByC(MethodHandle realloc, long bytes) {
    try {
      return (long) realloc.invokeExact(0L, bytes);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void free(Redirector redirector, MethodHandle original, long address)
      throws Throwable {
    if (redirector.holds(address)) {
      redirector.free(address);
    } else {
      original.invokeExact(address);
    }
  }

  private static long malloc_usable_size(Redirector redirector, MethodHandle original, long address)
      throws Throwable {
    return redirector.holds(address)
        ? redirector.bytesAt(address)
        : (long) original.invokeExact(address);
  }
}
