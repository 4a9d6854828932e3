package io.elasticmemory.ffm.space;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** System calls on x86-64 that a program makes to its own harm. Any thread. */
enum SystemCall {
  WRITE(1),
  MMAP(9),
  MPROTECT(10),
  MUNMAP(11),
  MREMAP(25),
  MADVISE(28),
  GETPID(39),
  FORK(57),
  EXECVE(59),
  WAIT4(61),
  KILL(62),
  MLOCK(149),
  MUNLOCK(150),
  MLOCKALL(151),
  MUNLOCKALL(152),
  GETTID(186),
  EXIT_GROUP(231),
  TGKILL(234),
  PROCESS_VM_READV(310);

  private static final int ARGUMENTS_MAX = 6;
  private static final MethodHandle CALL = link();

  private final long number;

  SystemCall(long number) {
    this.number = number;
  }

  private static MethodHandle link() {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor type =
        FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    return linker.downcallHandle(
        linker.defaultLookup().find("syscall").orElseThrow(),
        type,
        Linker.Option.firstVariadicArg(1),
        Linker.Option.captureCallState("errno"));
  }

  /** What the kernel returns: negative numbers are those of errors. */
  long make(long... arguments) {
    long[] all = Arrays.copyOf(arguments, ARGUMENTS_MAX);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      long result =
          (long) CALL.invokeExact(state, number, all[0], all[1], all[2], all[3], all[4], all[5]);
      return result == -1 ? -state.get(JAVA_INT, 0) : result;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
