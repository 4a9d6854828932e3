package io.elasticmemory.ffm.libc;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Functions that C finds through a pointer in a structure, called in the shape of {@link
 * NativeFunction}. One handle serves them all, with the pointer as its first argument; it is made
 * when the first of them is called. Calls allocate nothing.
 */
public final class FunctionPointer {
  private static final MethodHandle HANDLE =
      Linker.nativeLinker().downcallHandle(NativeFunction.SHAPE, NativeFunction.OPTIONS);

  private FunctionPointer() {}

  /**
   * Calls a function that returns a C {@code int}: what it returned, or {@code -errno} in place of
   * -1.
   *
   * @param function its address, which the caller answers for
   */
  public static long call(MemorySegment function, long a, long b, long c) {
    MemorySegment state = Errno.state();
    try {
      int result = (int) (long) HANDLE.invokeExact(function, state, a, b, c, 0L, 0L, 0L);
      return result == -1 ? -Errno.captured(state) : result;
    } catch (Throwable thrown) {
      throw new AssertionError("a downcall through a pointer threw", thrown);
    }
  }
}
