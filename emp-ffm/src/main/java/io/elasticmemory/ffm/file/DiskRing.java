package io.elasticmemory.ffm.file;

import static io.elasticmemory.ffm.libc.LinuxConstants.IORING_FEAT_NODROP;
import static io.elasticmemory.ffm.libc.LinuxConstants.IORING_FEAT_SINGLE_MMAP;
import static io.elasticmemory.ffm.libc.LinuxConstants.IORING_OFF_SQES;
import static io.elasticmemory.ffm.libc.LinuxConstants.IORING_OFF_SQ_RING;
import static io.elasticmemory.ffm.libc.LinuxConstants.IORING_SETUP_COOP_TASKRUN;
import static io.elasticmemory.ffm.libc.LinuxConstants.MAP_SHARED;
import static io.elasticmemory.ffm.libc.LinuxConstants.PROT_READ;
import static io.elasticmemory.ffm.libc.LinuxConstants.PROT_WRITE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.MemoryCalls;
import io.elasticmemory.ffm.libc.RingCalls;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.port.Pollable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Reads and writes that are under way at the same time: an io_uring. Operations are prepared in
 * memory shared with the kernel, submitted together by one system call, and reaped from the same
 * memory. Readable, as a {@link Pollable}, while an operation has ended that was not reaped.
 *
 * <pre>
 *   submissions   [ sqe | sqe | ... ]   we write the tail, the kernel the head
 *   completions   [ cqe | cqe | ... ]   the kernel writes the tail, we the head
 * </pre>
 *
 * <p>After J. Axboe, "Efficient IO with io_uring" (2019). Used by one thread.
 */
final class DiskRing implements Pollable, AutoCloseable {
  private static final VarHandle INT = JAVA_INT.varHandle();
  private static final int SQE_BYTES = (int) Structs.IO_URING_SQE.byteSize();
  private static final int CQE_BYTES = (int) Structs.IO_URING_CQE.byteSize();
  private static final long OPCODE = Structs.offset(Structs.IO_URING_SQE, "opcode");
  private static final long FD = Structs.offset(Structs.IO_URING_SQE, "fd");
  private static final long OFFSET = Structs.offset(Structs.IO_URING_SQE, "off");
  private static final long ADDRESS = Structs.offset(Structs.IO_URING_SQE, "addr");
  private static final long LENGTH = Structs.offset(Structs.IO_URING_SQE, "len");
  private static final long MARK = Structs.offset(Structs.IO_URING_SQE, "user_data");
  private static final long ENDED_MARK = Structs.offset(Structs.IO_URING_CQE, "user_data");
  private static final long RESULT = Structs.offset(Structs.IO_URING_CQE, "res");

  /** Since kernel 5.5: one mapping for both rings, and no completion is ever dropped. */
  private static final int FEATURES = IORING_FEAT_SINGLE_MMAP | IORING_FEAT_NODROP;

  /** Attempts to hand over what is prepared, before the next call of submit goes on. */
  private static final int SUBMIT_ATTEMPTS_MAX = 16;

  private final Descriptor ring;
  private final MemorySegment rings;
  private final MemorySegment operations;
  private final long submitTailAt;
  private final long endedHeadAt;
  private final long endedTailAt;
  private final long endedAt;
  private final int entryMask;
  private final int endedMask;
  private int tail;
  private int unsubmitted;

  private DiskRing(Descriptor ring, MemorySegment params) {
    this.ring = ring;
    int entries = param(params, "sq_entries");
    long submissionBytes = param(params, "sq_off.array") + (long) entries * Integer.BYTES;
    long endedBytes = param(params, "cq_off.cqes") + (long) param(params, "cq_entries") * CQE_BYTES;
    rings = map(ring, Math.max(submissionBytes, endedBytes), IORING_OFF_SQ_RING);
    operations = map(ring, (long) entries * SQE_BYTES, IORING_OFF_SQES);
    submitTailAt = param(params, "sq_off.tail");
    endedHeadAt = param(params, "cq_off.head");
    endedTailAt = param(params, "cq_off.tail");
    endedAt = param(params, "cq_off.cqes");
    entryMask = rings.get(JAVA_INT, param(params, "sq_off.ring_mask"));
    endedMask = rings.get(JAVA_INT, param(params, "cq_off.ring_mask"));
    tail = rings.get(JAVA_INT, submitTailAt);
    for (int i = 0; i < entries; i++) {
      rings.set(JAVA_INT, param(params, "sq_off.array") + (long) i * Integer.BYTES, i);
    }
  }

  /**
   * A ring for at most so many operations at the same time, a power of two.
   *
   * @throws SystemCallException if this kernel has no rings, or does not allow this process one
   */
  static DiskRing open(int entries) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(Structs.IO_URING_PARAMS);
      long opened = setup(entries, params);
      Descriptor ring =
          new Descriptor((int) SystemCallException.check(opened, "io_uring_setup"), "io_uring");
      try {
        requireFeatures(param(params, "features"));
        // A filter of system calls may allow the one and forbid the other.
        SystemCallException.check(RingCalls.submit(ring.descriptor(), 0), "io_uring_enter");
        return new DiskRing(ring, params);
      } catch (RuntimeException e) {
        ring.close();
        throw e;
      }
    }
  }

  /**
   * Asks, since kernel 5.19, not to be interrupted when an operation ends while its thread runs: an
   * interrupt of another CPU costs microseconds on a virtual machine, and the thread will see the
   * end at its next system call.
   */
  private static long setup(int entries, MemorySegment params) {
    long flagsAt = Structs.offset(Structs.IO_URING_PARAMS, "flags");
    params.set(JAVA_INT, flagsAt, IORING_SETUP_COOP_TASKRUN);
    long opened = RingCalls.setup(entries, params.address());
    if (opened == -Errno.EINVAL) {
      params.set(JAVA_INT, flagsAt, 0);
      opened = RingCalls.setup(entries, params.address());
    }
    return opened;
  }

  private static void requireFeatures(int features) {
    if ((features & FEATURES) != FEATURES) {
      throw new SystemCallException("io_uring_setup: features " + features, Errno.ENOSYS);
    }
  }

  private static int param(MemorySegment params, String member) {
    return params.get(JAVA_INT, Structs.offset(Structs.IO_URING_PARAMS, member));
  }

  private static MemorySegment map(Descriptor ring, long bytes, long what) {
    int access = PROT_READ | PROT_WRITE;
    long base = MemoryCalls.mmap(0, bytes, access, MAP_SHARED, ring.descriptor(), what);
    SystemCallException.check(base, "mmap", ring);
    return MemorySegment.ofAddress(base).reinterpret(bytes);
  }

  @Override
  public int descriptor() {
    return ring.descriptor();
  }

  /**
   * Prepares an operation. The caller has no more of them under way than the ring has entries. What
   * is not set here is zero in every entry, always.
   *
   * @param mark comes back with its end
   */
  void prepare(int opcode, int file, long address, int bytes, long fileOffset, long mark) {
    long at = (long) (tail & entryMask) * SQE_BYTES;
    operations.set(JAVA_BYTE, at + OPCODE, (byte) opcode);
    operations.set(JAVA_INT, at + FD, file);
    operations.set(JAVA_LONG, at + OFFSET, fileOffset);
    operations.set(JAVA_LONG, at + ADDRESS, address);
    operations.set(JAVA_INT, at + LENGTH, bytes);
    operations.set(JAVA_LONG, at + MARK, mark);
    tail++;
    unsubmitted++;
  }

  /**
   * Hands what is prepared to the kernel, in the order it was prepared.
   *
   * @return false if the kernel has no resources for all of it now: call again
   */
  boolean submit() {
    if (unsubmitted == 0) {
      return true;
    }
    INT.setRelease(rings, submitTailAt, tail);
    for (int i = 0; i < SUBMIT_ATTEMPTS_MAX && unsubmitted > 0; i++) {
      long taken = RingCalls.submit(ring.descriptor(), unsubmitted);
      if (taken == -Errno.EAGAIN || taken == -Errno.EBUSY) {
        return false;
      }
      if (taken != -Errno.EINTR) {
        unsubmitted -= (int) SystemCallException.check(taken, "io_uring_enter");
      }
    }
    return unsubmitted == 0;
  }

  /** Receives ended operations. */
  @FunctionalInterface
  interface Ended {
    /** The result is what {@code pread} or {@code pwrite} would return, or {@code -errno}. */
    void ended(long mark, int result);
  }

  /**
   * Reports what has ended, but not what ends meanwhile.
   *
   * @param most the others are left for next time
   * @return how many were reported
   */
  int reap(int most, Ended sink) {
    int head = rings.get(JAVA_INT, endedHeadAt);
    int count = Math.min(most, (int) INT.getAcquire(rings, endedTailAt) - head);
    for (int i = 0; i < count; i++, head++) {
      long at = endedAt + (long) (head & endedMask) * CQE_BYTES;
      long mark = rings.get(JAVA_LONG, at + ENDED_MARK);
      int result = rings.get(JAVA_INT, at + RESULT);
      INT.setRelease(rings, endedHeadAt, head + 1);
      sink.ended(mark, result);
    }
    return count;
  }

  boolean isClosed() {
    return ring.isClosed();
  }

  /** Operations under way are cancelled by the kernel, or end for nobody. */
  @Override
  public void close() {
    if (!isClosed()) {
      MemoryCalls.munmap(operations.address(), operations.byteSize());
      MemoryCalls.munmap(rings.address(), rings.byteSize());
      ring.close();
    }
  }
}
