package io.elasticmemory.ffm.libc;

import io.elasticmemory.port.Handle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file descriptor and the duty to close it. Closing twice is harmless; use after closing is a
 * clear error instead of a call on whatever has the number by then. All methods may be called from
 * any thread, but who closes must know that no other thread is inside a call with the number.
 */
public final class Descriptor implements Handle {
  private static final int CLOSED = -1;

  private final String name;
  private final AtomicInteger number;

  /**
   * Takes over a descriptor.
   *
   * @param number an open descriptor
   * @param name what it is, for messages
   */
  public Descriptor(int number, String name) {
    if (number < 0) {
      throw new IllegalArgumentException("no descriptor: " + number);
    }
    this.number = new AtomicInteger(number);
    this.name = name;
  }

  /** Our own kind of handle, or a refusal of a foreign one. */
  public static Descriptor of(Handle handle) {
    if (handle instanceof Descriptor descriptor) {
      return descriptor;
    }
    throw new IllegalArgumentException("not a descriptor of this platform: " + handle);
  }

  @Override
  public int descriptor() {
    int open = number.get();
    if (open == CLOSED) {
      throw new IllegalStateException(name + " is closed");
    }
    return open;
  }

  /** What it is, for messages. */
  public String name() {
    return name;
  }

  /** True once {@link #close} was called. */
  public boolean isClosed() {
    return number.get() == CLOSED;
  }

  /** Of the same open file, not inherited by programs this process starts. */
  @Override
  public Descriptor duplicate() {
    long copy = FileCalls.fcntl(descriptor(), LinuxConstants.F_DUPFD_CLOEXEC, 0);
    return new Descriptor((int) SystemCallException.check(copy, "dup", name), name);
  }

  /**
   * Closes. What {@code close} could still complain about (a delayed write of a file system) does
   * not concern files written with direct I/O.
   */
  @Override
  public void close() {
    int open = number.getAndSet(CLOSED);
    if (open != CLOSED && FileCalls.close(open) == -Errno.EBADF) {
      throw new IllegalStateException(name + ": somebody else has closed descriptor " + open);
    }
  }

  @Override
  public String toString() {
    return name + " (" + number.get() + ")";
  }
}
