package io.elasticmemory.ffm.memfd;

import static io.elasticmemory.ffm.libc.LinuxConstants.PTHREAD_MUTEX_ROBUST;
import static io.elasticmemory.ffm.libc.LinuxConstants.PTHREAD_PROCESS_SHARED;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.ffm.libc.ThreadCalls;
import io.elasticmemory.port.LifeSign;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * A robust mutex (pthread_mutexattr_setrobust(3)): the kernel goes through those of a thread at the
 * beginning of its end.
 *
 * <pre>
 *    0 pthread_mutex_t
 *   48 u64 who has it, or had it last
 *   56 u32 1 when the mutex is ready
 * </pre>
 */
final class LinuxLifeSign implements LifeSign {
  private static final long WHO_AT = 48;
  private static final long READY_AT = 56;
  private static final VarHandle READY = JAVA_INT.varHandle();

  private final MemorySegment memory;

  LinuxLifeSign(MemorySegment memory) {
    this.memory = memory.asSlice(0, BYTES);
  }

  @Override
  public void format() {
    if (isReady()) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      long kind = arena.allocate(Structs.MUTEX_ATTRIBUTES).address();
      boolean isReady =
          ThreadCalls.mutexAttributesInit(kind) == 0
              && ThreadCalls.mutexAttributesSetShared(kind, PTHREAD_PROCESS_SHARED) == 0
              && ThreadCalls.mutexAttributesSetRobust(kind, PTHREAD_MUTEX_ROBUST) == 0
              && ThreadCalls.mutexInit(memory.address(), kind) == 0;
      READY.setRelease(memory, READY_AT, isReady ? 1 : 0);
    }
  }

  private boolean isReady() {
    return (int) READY.getAcquire(memory, READY_AT) == 1;
  }

  @Override
  public boolean hold(long who) {
    if (!isReady()) {
      return false;
    }
    long result = ThreadCalls.mutexTryLock(memory.address());
    if (result == Errno.EOWNERDEAD) {
      result = ThreadCalls.mutexConsistent(memory.address());
    }
    if (result == 0) {
      memory.set(JAVA_LONG, WHO_AT, who);
    }
    return result == 0;
  }

  /** Who it was is read while nobody else can have it: the next one writes there. */
  @Override
  public long awaitEnd() {
    if (!isReady()) {
      return 0;
    }
    long result = ThreadCalls.mutexLock(memory.address());
    long who = 0;
    if (result == Errno.EOWNERDEAD) {
      who = memory.get(JAVA_LONG, WHO_AT);
      result = ThreadCalls.mutexConsistent(memory.address());
    }
    if (result == 0) {
      ThreadCalls.mutexUnlock(memory.address());
    }
    return who;
  }
}
