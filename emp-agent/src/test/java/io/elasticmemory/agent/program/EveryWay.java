package io.elasticmemory.agent.program;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import sun.misc.Unsafe;

/**
 * Gets native memory in every way there is, each so often that only freed memory can be enough, and
 * prints where it was.
 */
public final class EveryWay {
  private static final int LARGE = 8 << 20;
  private static final int SMALL = 4 << 10;
  private static final int TIMES = 64;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle MALLOC =
      link("malloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG));
  private static final MethodHandle MALLOC_SIZED =
      link(
          "malloc",
          FunctionDescriptor.of(
              ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(LARGE, JAVA_BYTE)), JAVA_LONG));
  private static final MethodHandle MALLOC_LONG =
      link("malloc", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
  private static final MethodHandle CALLOC =
      link("calloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle ALIGNED =
      link("aligned_alloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle REALLOC =
      link("realloc", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG));
  private static final MethodHandle FREE = link("free", FunctionDescriptor.ofVoid(ADDRESS));

  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final MethodHandle MALLOC_ERRNO =
      link("malloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG), ERRNO);
  private static final MethodHandle REALLOC_ERRNO =
      link("realloc", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG), ERRNO);
  private static final MethodHandle FREE_ERRNO =
      link("free", FunctionDescriptor.ofVoid(ADDRESS), ERRNO);
  private static final MethodHandle ANY_FREE =
      LINKER.downcallHandle(FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle ANY_ERRNO =
      LINKER.downcallHandle(FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG), ERRNO);

  private static final Unsafe UNSAFE = unsafe();

  private EveryWay() {}

  /** Allocates, says where it is, checks that it is zero if it must be, writes, frees. */
  private interface Way {
    String take(long bytes) throws Throwable;
  }

  public static void main(String[] arguments) throws Throwable {
    show("allocateDirect", EveryWay::direct);
    show("allocateDirect, left to the collector", EveryWay::leftToCollector);
    show("Arena.ofConfined", bytes -> segment(Arena.ofConfined(), bytes, 1));
    show("Arena.ofShared, aligned", bytes -> segment(Arena.ofShared(), bytes, 2 << 20));
    show("Arena.ofAuto", bytes -> use(Arena.ofAuto().allocate(bytes, 8), true));
    System.out.println("Arena.global: " + global(SMALL) + ", " + global(LARGE));
    show("Unsafe.allocateMemory", EveryWay::byUnsafe);
    show("Unsafe.reallocateMemory", EveryWay::byReallocation);
    show("Unsafe.setMemory", EveryWay::bySetting);
    show("malloc", EveryWay::byMalloc);
    show("malloc, addresses as long", EveryWay::byMallocLong);
    show("calloc", EveryWay::byCalloc);
    show("aligned_alloc", EveryWay::byAlignedAlloc);
    show("realloc", EveryWay::byRealloc);
    show("realloc of small memory", EveryWay::byReallocOfSmall);
    show("malloc, errno kept", EveryWay::byKeepersOfErrno);
    show("malloc, functions told late", EveryWay::byFunctionsToldLate);
    System.out.println(
        "sized " + ((MemorySegment) MALLOC_SIZED.invokeExact((long) LARGE)).byteSize());
  }

  private static void show(String name, Way way) throws Throwable {
    String small = way.take(SMALL);
    String large = way.take(LARGE);
    for (int i = 1; i < TIMES; i++) {
      String again = way.take(LARGE);
      if (!again.equals(large)) {
        throw new IllegalStateException(name + ": " + again + " the " + i + "th time");
      }
    }
    System.out.println(name + ": " + small + ", " + large);
  }

  private static String direct(long bytes) {
    ByteBuffer buffer = ByteBuffer.allocateDirect((int) bytes);
    String place = use(MemorySegment.ofBuffer(buffer), true);
    UNSAFE.invokeCleaner(buffer);
    return place;
  }

  private static String leftToCollector(long bytes) {
    return use(MemorySegment.ofBuffer(ByteBuffer.allocateDirect((int) bytes)), true);
  }

  private static String segment(Arena arena, long bytes, long alignment) {
    try (arena) {
      MemorySegment segment = arena.allocate(bytes, alignment);
      if (segment.address() % alignment != 0) {
        throw new IllegalStateException("not aligned to " + alignment);
      }
      return use(segment, true);
    }
  }

  /** For good, so not again and again. */
  private static String global(long bytes) {
    return use(Arena.global().allocate(bytes, 8), true);
  }

  private static String byUnsafe(long bytes) {
    long address = UNSAFE.allocateMemory(bytes);
    String place = use(MemorySegment.ofAddress(address).reinterpret(bytes), false);
    UNSAFE.freeMemory(address);
    return place;
  }

  /** Grows from small to large, on and back. */
  private static String byReallocation(long bytes) {
    long address = UNSAFE.reallocateMemory(0, bytes / 16);
    UNSAFE.putLong(address, 42);
    UNSAFE.putLong(address + bytes / 16 - 8, 43);
    address = UNSAFE.reallocateMemory(address, bytes);
    requireKept(address, bytes);
    String place = Where.is(address);
    address = UNSAFE.reallocateMemory(address, bytes * 2);
    requireKept(address, bytes);
    address = UNSAFE.reallocateMemory(address, bytes / 8);
    requireKept(address, bytes);
    long _ = UNSAFE.reallocateMemory(address, 0);
    return place;
  }

  private static void requireKept(long address, long bytes) {
    if (UNSAFE.getLong(address) != 42 || UNSAFE.getLong(address + bytes / 16 - 8) != 43) {
      throw new IllegalStateException("reallocated memory has lost what it held");
    }
  }

  private static String bySetting(long bytes) {
    long address = UNSAFE.allocateMemory(bytes);
    UNSAFE.setMemory(address, bytes, (byte) 7);
    requireAll(address, bytes, 7);
    UNSAFE.setMemory(address + 3, bytes - 5, (byte) 0);
    if (UNSAFE.getByte(address + 2) != 7 || UNSAFE.getByte(address + bytes - 2) != 7) {
      throw new IllegalStateException("more was set than asked for");
    }
    requireAll(address + 3, bytes - 5, 0);
    String place = Where.is(address);
    UNSAFE.freeMemory(address);
    return place;
  }

  private static void requireAll(long address, long bytes, int value) {
    for (long i = 0; i < bytes; i += 511) {
      if (UNSAFE.getByte(address + i) != value) {
        throw new IllegalStateException("byte " + i + " is " + UNSAFE.getByte(address + i));
      }
    }
  }

  private static String byMalloc(long bytes) throws Throwable {
    MemorySegment segment = (MemorySegment) MALLOC.invokeExact(bytes);
    String place = use(segment.reinterpret(bytes), false);
    FREE.invokeExact(segment);
    return place;
  }

  private static String byMallocLong(long bytes) throws Throwable {
    MemorySegment segment = MemorySegment.ofAddress((long) MALLOC_LONG.invokeExact(bytes));
    String place = use(segment.reinterpret(bytes), false);
    FREE.invokeExact(segment);
    return place;
  }

  private static String byCalloc(long bytes) throws Throwable {
    MemorySegment segment = (MemorySegment) CALLOC.invokeExact(bytes / 8, 8L);
    String place = use(segment.reinterpret(bytes), true);
    FREE.invokeExact(segment);
    return place;
  }

  private static String byAlignedAlloc(long bytes) throws Throwable {
    MemorySegment segment = (MemorySegment) ALIGNED.invokeExact(1L << 21, bytes);
    if (segment.address() % (1 << 21) != 0) {
      throw new IllegalStateException("not aligned");
    }
    String place = use(segment.reinterpret(bytes), false);
    FREE.invokeExact(segment);
    return place;
  }

  private static String byRealloc(long bytes) throws Throwable {
    MemorySegment segment = (MemorySegment) REALLOC.invokeExact(MemorySegment.NULL, bytes);
    segment.reinterpret(bytes).set(JAVA_LONG, bytes - 8, 44);
    segment = (MemorySegment) REALLOC.invokeExact(segment, bytes * 4);
    if (segment.reinterpret(bytes).get(JAVA_LONG, bytes - 8) != 44) {
      throw new IllegalStateException("realloc has lost what it held");
    }
    String place = Where.is(segment.address());
    FREE.invokeExact(segment);
    return place;
  }

  private static String byReallocOfSmall(long bytes) throws Throwable {
    MemorySegment segment = (MemorySegment) MALLOC.invokeExact(16L);
    segment.reinterpret(16).set(JAVA_LONG, 8, 45);
    segment = (MemorySegment) REALLOC.invokeExact(segment, bytes);
    if (segment.reinterpret(bytes).get(JAVA_LONG, 8) != 45) {
      throw new IllegalStateException("realloc has lost what small memory held");
    }
    String place = use(segment.reinterpret(bytes), false);
    FREE.invokeExact(segment);
    return place;
  }

  private static String use(MemorySegment segment, boolean mustBeZero) {
    for (long i = 0; i < segment.byteSize(); i += 512) {
      if (mustBeZero && segment.get(JAVA_LONG, i) != 0) {
        throw new IllegalStateException("fresh memory is not zero at " + i);
      }
      segment.set(JAVA_LONG, i, i + 1);
    }
    return Where.is(segment.address());
  }

  private static String byKeepersOfErrno(long bytes) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
      MemorySegment segment = (MemorySegment) MALLOC_ERRNO.invokeExact(errno, bytes);
      use(segment.reinterpret(bytes), false);
      segment = (MemorySegment) REALLOC_ERRNO.invokeExact(errno, segment, bytes * 4);
      if (segment.reinterpret(bytes).get(JAVA_LONG, bytes - 512) != bytes - 511) {
        throw new IllegalStateException("realloc has lost what it held");
      }
      String place = Where.is(segment.address());
      FREE_ERRNO.invokeExact(errno, segment);
      return place;
    }
  }

  /** Got by one handle, made larger and freed by handles that are told the function each time. */
  private static String byFunctionsToldLate(long bytes) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
      MemorySegment first = (MemorySegment) MALLOC.invokeExact(bytes);
      long moved = (long) ANY_ERRNO.invokeExact(symbol("realloc"), errno, first, bytes * 4);
      String place = use(MemorySegment.ofAddress(moved).reinterpret(bytes * 4), false);
      ANY_FREE.invokeExact(symbol("free"), MemorySegment.ofAddress(moved));
      return place;
    }
  }

  private static MethodHandle link(String name, FunctionDescriptor type, Linker.Option... options) {
    return LINKER.downcallHandle(symbol(name), type, options);
  }

  private static MemorySegment symbol(String name) {
    return LINKER.defaultLookup().find(name).orElseThrow();
  }

  private static Unsafe unsafe() {
    try {
      Field field = Unsafe.class.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      return (Unsafe) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
