package io.elasticmemory.agent.program;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;

/** Tries to unmap its memory, as an error in native code might, where the kernel can refuse it. */
public final class Unmapped {
  private static final long MSEAL = 462;
  private static final int ENOSYS = 38;
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

  private Unmapped() {}

  public static void main(String[] arguments) throws Throwable {
    ByteBuffer buffer = ByteBuffer.allocateDirect(4 << 20).putLong(0, 42);
    // The bean comes when all else is done.
    Object _ = Registered.space(ManagementFactory.getPlatformMBeanServer());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      if (seal(state) == ENOSYS) {
        System.out.println("this kernel does not seal");
        return;
      }
      int result = unmap(state, MemorySegment.ofBuffer(buffer));
      System.out.println("munmap: " + result + ", errno " + state.get(JAVA_INT, 0));
      System.out.println("there is " + buffer.getLong(0));
    }
  }

  /** Seals nothing; the error, if the kernel does not know how. */
  private static int seal(MemorySegment state) throws Throwable {
    MethodHandle call =
        handle(
            "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    long result = (long) call.invokeExact(state, MSEAL, 0L, 0L, 0L);
    return result < 0 ? state.get(JAVA_INT, 0) : 0;
  }

  private static int unmap(MemorySegment state, MemorySegment memory) throws Throwable {
    MethodHandle call = handle("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    return (int) call.invokeExact(state, memory, memory.byteSize());
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor type, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    Linker.Option[] all = new Linker.Option[options.length + 1];
    System.arraycopy(options, 0, all, 1, options.length);
    all[0] = ERRNO;
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), type, all);
  }
}
