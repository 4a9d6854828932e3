package io.elasticmemory.ffm.libc;

import static io.elasticmemory.ffm.libc.NativeFunction.returningLong;

/** Rings of operations. Results are what the kernel returns, or {@code -errno}. */
public final class RingCalls {
  private static final NativeFunction SYSCALL = returningLong("syscall");

  private RingCalls() {}

  /** {@code io_uring_setup}, with {@link Structs#IO_URING_PARAMS} at the address: a descriptor. */
  public static long setup(int entries, long paramsAddress) {
    return SYSCALL.call(LinuxConstants.SYS_IO_URING_SETUP, entries, paramsAddress, 0);
  }

  /** {@code io_uring_enter} that only submits: how many operations the kernel has taken. */
  public static long submit(int ring, int operations) {
    return SYSCALL.call(LinuxConstants.SYS_IO_URING_ENTER, ring, operations, 0, 0, 0);
  }
}
