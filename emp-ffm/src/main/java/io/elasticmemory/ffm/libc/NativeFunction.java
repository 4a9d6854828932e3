package io.elasticmemory.ffm.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * One function of the C library: its symbol beside its handle.
 *
 * <p>All arguments are declared as 64-bit integers: on x86-64 every integer and pointer argument
 * travels in a 64-bit register or stack slot of which the callee reads the bits it declares. So a
 * handful of call shapes serves all functions, and the linker generates code for each shape once,
 * which keeps the start of the pager short.
 *
 * <p>The calls are ordinary downcalls, never critical ones: the thread is in native state while it
 * waits for a page or a packet, and the garbage collector does not wait for it. Kept in a {@code
 * static final} field, an instance is a constant to the compiler and a call allocates nothing.
 *
 * @param symbol the name of the function in the C library
 * @param handle takes the segment that receives errno and then the arguments; returns a long
 */
record NativeFunction(String symbol, MethodHandle handle) {

  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBRARY = LINKER.defaultLookup();
  private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");

  /** A function that returns a C {@code int}. */
  static NativeFunction returningInt(String symbol, int argumentCount) {
    return link(symbol, JAVA_INT, argumentCount, CAPTURE_ERRNO);
  }

  /** A function that returns a C {@code long}, {@code ssize_t}, {@code off_t} or a pointer. */
  static NativeFunction returningLong(String symbol, int argumentCount) {
    return link(symbol, JAVA_LONG, argumentCount, CAPTURE_ERRNO);
  }

  /** A function that returns a C {@code int} and is variadic behind its first arguments. */
  static NativeFunction variadicReturningInt(String symbol, int fixedCount, int argumentCount) {
    Linker.Option variadic = Linker.Option.firstVariadicArg(fixedCount);
    return link(symbol, JAVA_INT, argumentCount, CAPTURE_ERRNO, variadic);
  }

  /** {@code syscall} with the number of the call and so many arguments behind it. */
  static NativeFunction systemCall(int argumentCount) {
    Linker.Option variadic = Linker.Option.firstVariadicArg(1);
    return link("syscall", JAVA_LONG, 1 + argumentCount, CAPTURE_ERRNO, variadic);
  }

  private static NativeFunction link(
      String symbol, MemoryLayout result, int argumentCount, Linker.Option... options) {
    MemoryLayout[] arguments = new MemoryLayout[argumentCount];
    Arrays.fill(arguments, JAVA_LONG);
    MemorySegment address =
        LIBRARY
            .find(symbol)
            .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no function " + symbol));
    MethodHandle handle =
        LINKER.downcallHandle(address, FunctionDescriptor.of(result, arguments), options);
    return new NativeFunction(symbol, handle.asType(handle.type().changeReturnType(long.class)));
  }

  long call() {
    MemorySegment state = Errno.state();
    try {
      return orErrno((long) handle.invokeExact(state), state);
    } catch (Throwable e) {
      throw neverThrown(e);
    }
  }

  long call(long a) {
    MemorySegment state = Errno.state();
    try {
      return orErrno((long) handle.invokeExact(state, a), state);
    } catch (Throwable e) {
      throw neverThrown(e);
    }
  }

  long call(long a, long b) {
    MemorySegment state = Errno.state();
    try {
      return orErrno((long) handle.invokeExact(state, a, b), state);
    } catch (Throwable e) {
      throw neverThrown(e);
    }
  }

  long call(long a, long b, long c) {
    MemorySegment state = Errno.state();
    try {
      return orErrno((long) handle.invokeExact(state, a, b, c), state);
    } catch (Throwable e) {
      throw neverThrown(e);
    }
  }

  long call(long a, long b, long c, long d) {
    MemorySegment state = Errno.state();
    try {
      return orErrno((long) handle.invokeExact(state, a, b, c, d), state);
    } catch (Throwable e) {
      throw neverThrown(e);
    }
  }

  long call(long a, long b, long c, long d, long e) {
    MemorySegment state = Errno.state();
    try {
      return orErrno((long) handle.invokeExact(state, a, b, c, d, e), state);
    } catch (Throwable thrown) {
      throw neverThrown(thrown);
    }
  }

  long call(long a, long b, long c, long d, long e, long f) {
    MemorySegment state = Errno.state();
    try {
      return orErrno((long) handle.invokeExact(state, a, b, c, d, e, f), state);
    } catch (Throwable thrown) {
      throw neverThrown(thrown);
    }
  }

  long call(long a, long b, long c, long d, long e, long f, long g) {
    MemorySegment state = Errno.state();
    try {
      return orErrno((long) handle.invokeExact(state, a, b, c, d, e, f, g), state);
    } catch (Throwable thrown) {
      throw neverThrown(thrown);
    }
  }

  /** What C returned, or {@code -errno} in place of -1. */
  private static long orErrno(long result, MemorySegment state) {
    return result == -1 ? -Errno.captured(state) : result;
  }

  private AssertionError neverThrown(Throwable thrown) {
    return new AssertionError("a downcall of " + symbol + " threw", thrown);
  }
}
