package io.elasticmemory.ffm.libc;

import static io.elasticmemory.ffm.libc.NativeFunction.returningInt;
import static io.elasticmemory.ffm.libc.NativeFunction.returningLong;

import java.util.function.LongUnaryOperator;

/** Address ranges. Results are what C returns, or {@code -errno}. */
public final class MemoryCalls {
  private static final NativeFunction MEMFD_CREATE = returningInt("memfd_create");
  private static final NativeFunction MMAP = returningLong("mmap");
  private static final NativeFunction MUNMAP = returningInt("munmap");
  private static final NativeFunction MPROTECT = returningInt("mprotect");
  private static final NativeFunction MADVISE = returningInt("madvise");
  private static final NativeFunction MLOCK = returningInt("mlock");
  private static final NativeFunction MINCORE = returningInt("mincore");
  private static final NativeFunction MEMCPY = returningLong("memcpy");
  private static final NativeFunction SYSCALL = returningLong("syscall");

  private MemoryCalls() {}

  public static long memfdCreate(String name, int flags) {
    LongUnaryOperator create = address -> MEMFD_CREATE.call(address, flags);
    return CStrings.with(name, create);
  }

  /** {@code mmap}: the address of the mapping. */
  public static long mmap(
      long hint, long bytes, int protection, int flags, int descriptor, long offset) {
    return MMAP.call(hint, bytes, protection, flags, descriptor, offset);
  }

  public static long munmap(long address, long bytes) {
    return MUNMAP.call(address, bytes);
  }

  public static long mprotect(long address, long bytes, int protection) {
    return MPROTECT.call(address, bytes, protection);
  }

  public static long madvise(long address, long bytes, int advice) {
    return MADVISE.call(address, bytes, advice);
  }

  public static long mlock(long address, long bytes) {
    return MLOCK.call(address, bytes);
  }

  /** {@code mincore}: a byte for each page of a range, of which bit 0 says if it has memory. */
  public static long mincore(long address, long bytes, long states) {
    return MINCORE.call(address, bytes, states);
  }

  /**
   * Copies in native state: a thread that waits here for a page holds up no safepoint, other than
   * in {@code MemorySegment.copy}. Returns the target.
   */
  public static long memcpy(long target, long source, long bytes) {
    return MEMCPY.call(target, source, bytes);
  }

  /** {@code mseal}, from kernel 6.10: the range can never be unmapped or changed again. */
  public static long mseal(long address, long bytes) {
    return SYSCALL.call(LinuxConstants.SYS_MSEAL, address, bytes, 0);
  }
}
