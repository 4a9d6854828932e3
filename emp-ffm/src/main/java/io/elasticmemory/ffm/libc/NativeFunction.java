package io.elasticmemory.ffm.libc;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * One function of the C library: its symbol beside its handle.
 *
 * <p>All functions are called in one shape, with six 64-bit registers in and one out. That is sound
 * on x86-64 Linux, and only there: every integer and pointer argument travels in a register of its
 * own, of which the callee reads those, and those bits, that it declares. The linker generates code
 * once per shape, at some 5 ms of a start that people wait for; a dozen shapes would be a dozen of
 * those. Functions with vector arguments, structures by value or more than six arguments do not
 * fit.
 *
 * <p>The calls are ordinary downcalls, never critical ones: the thread is in native state while it
 * waits for a page or a packet, and the garbage collector does not wait for it. Kept in a {@code
 * static final} field, an instance is a constant to the compiler and a call allocates nothing.
 *
 * @param symbol the name of the function in the C library
 * @param handle takes the segment that receives errno and six longs; returns a long
 * @param returnsInt only the lower half of what it returns means anything
 */
public record NativeFunction(String symbol, MethodHandle handle, boolean returnsInt) {

  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBRARY = LINKER.defaultLookup();

  /** Six registers in, one out. */
  static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  /** Variadic functions must be told the number of vector arguments, zero; others do not listen. */
  static final Linker.Option[] OPTIONS = {
    Linker.Option.captureCallState("errno"), Linker.Option.firstVariadicArg(1)
  };

  /** A function that returns a C {@code int}. */
  static NativeFunction returningInt(String symbol) {
    return link(LIBRARY, symbol, true);
  }

  /** A function that returns a C {@code long}, {@code ssize_t}, {@code off_t} or a pointer. */
  static NativeFunction returningLong(String symbol) {
    return link(LIBRARY, symbol, false);
  }

  /** A function of another library that returns a C {@code int}. */
  public static NativeFunction returningInt(SymbolLookup library, String symbol) {
    return link(library, symbol, true);
  }

  /** A function of another library that returns a pointer. */
  public static NativeFunction returningPointer(SymbolLookup library, String symbol) {
    return link(library, symbol, false);
  }

  private static NativeFunction link(SymbolLookup library, String symbol, boolean returnsInt) {
    MemorySegment address =
        library
            .find(symbol)
            .orElseThrow(() -> new UnsatisfiedLinkError("the library has no function " + symbol));
    return new NativeFunction(symbol, LINKER.downcallHandle(address, SHAPE, OPTIONS), returnsInt);
  }

  /** As {@link #call(long, long, long, long, long, long)}. */
  public long call() {
    return call(0, 0, 0, 0, 0, 0);
  }

  /** As {@link #call(long, long, long, long, long, long)}. */
  public long call(long a) {
    return call(a, 0, 0, 0, 0, 0);
  }

  /** As {@link #call(long, long, long, long, long, long)}. */
  public long call(long a, long b) {
    return call(a, b, 0, 0, 0, 0);
  }

  /** As {@link #call(long, long, long, long, long, long)}. */
  public long call(long a, long b, long c) {
    return call(a, b, c, 0, 0, 0);
  }

  /** As {@link #call(long, long, long, long, long, long)}. */
  public long call(long a, long b, long c, long d) {
    return call(a, b, c, d, 0, 0);
  }

  /** As {@link #call(long, long, long, long, long, long)}. */
  public long call(long a, long b, long c, long d, long e) {
    return call(a, b, c, d, e, 0);
  }

  /** What C returned, or {@code -errno} in place of -1. Arguments that are left out are 0. */
  public long call(long a, long b, long c, long d, long e, long f) {
    MemorySegment state = Errno.state();
    try {
      long register = (long) handle.invokeExact(state, a, b, c, d, e, f);
      long result = returnsInt ? (int) register : register;
      return result == -1 ? -Errno.captured(state) : result;
    } catch (Throwable thrown) {
      throw new AssertionError("a downcall of " + symbol + " threw", thrown);
    }
  }
}
