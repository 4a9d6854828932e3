package io.elasticmemory.ffm.libc;

import static io.elasticmemory.ffm.libc.NativeFunction.returningInt;
import static io.elasticmemory.ffm.libc.NativeFunction.returningLong;

import java.util.function.LongUnaryOperator;

/**
 * Descriptors of files and devices. Results are what C returns, or {@code -errno}; addresses are
 * plain longs, and the caller answers for the memory behind them.
 */
public final class FileCalls {
  private static final NativeFunction OPEN = returningInt("open");
  private static final NativeFunction CLOSE = returningInt("close");
  private static final NativeFunction READ = returningLong("read");
  private static final NativeFunction WRITE = returningLong("write");
  private static final NativeFunction READV = returningLong("readv");
  private static final NativeFunction PREAD = returningLong("pread");
  private static final NativeFunction PWRITE = returningLong("pwrite");
  private static final NativeFunction LSEEK = returningLong("lseek");
  private static final NativeFunction FTRUNCATE = returningInt("ftruncate");
  private static final NativeFunction FALLOCATE = returningInt("fallocate");
  private static final NativeFunction UNLINK = returningInt("unlink");
  private static final NativeFunction FCNTL = returningInt("fcntl");
  private static final NativeFunction IOCTL = returningInt("ioctl");
  private static final NativeFunction SYSCALL = returningLong("syscall");

  private FileCalls() {}

  /** {@code open(path, flags, mode)}. */
  public static long open(String path, int flags, int mode) {
    LongUnaryOperator open = address -> OPEN.call(address, flags, mode);
    return CStrings.with(path, open);
  }

  /** {@code open} with the address of a zero-ended path: allocates nothing. */
  public static long open(long pathAddress, int flags, int mode) {
    return OPEN.call(pathAddress, flags, mode);
  }

  public static long close(int descriptor) {
    return CLOSE.call(descriptor);
  }

  public static long read(int descriptor, long address, long bytes) {
    return READ.call(descriptor, address, bytes);
  }

  /** {@code readv} into an array of {@link Structs#IOVEC}. */
  public static long readv(int descriptor, long iovecsAddress, int count) {
    return READV.call(descriptor, iovecsAddress, count);
  }

  public static long write(int descriptor, long address, long bytes) {
    return WRITE.call(descriptor, address, bytes);
  }

  /** Reads at an offset; may read less than asked, and 0 at the end. */
  public static long pread(int descriptor, long address, long bytes, long offset) {
    return PREAD.call(descriptor, address, bytes, offset);
  }

  /** Writes at an offset; may write less than asked. */
  public static long pwrite(int descriptor, long address, long bytes, long offset) {
    return PWRITE.call(descriptor, address, bytes, offset);
  }

  /** {@code lseek}, also for {@code SEEK_DATA} and {@code SEEK_HOLE}. */
  public static long lseek(int descriptor, long offset, int whence) {
    return LSEEK.call(descriptor, offset, whence);
  }

  public static long ftruncate(int descriptor, long bytes) {
    return FTRUNCATE.call(descriptor, bytes);
  }

  /** {@code fallocate}, for reserving and for punching holes. */
  public static long fallocate(int descriptor, int mode, long offset, long bytes) {
    return FALLOCATE.call(descriptor, mode, offset, bytes);
  }

  /**
   * Fills a {@link Structs#STAT} at the address. By number, because C libraries before 2.33 have a
   * function for it under another name only.
   */
  public static long fstat(int descriptor, long statAddress) {
    return SYSCALL.call(LinuxConstants.SYS_FSTAT, descriptor, statAddress);
  }

  public static long unlink(String path) {
    return CStrings.with(path, UNLINK::call);
  }

  public static long fcntl(int descriptor, int command, long argument) {
    return FCNTL.call(descriptor, command, argument);
  }

  public static long ioctl(int descriptor, long request, long argument) {
    return IOCTL.call(descriptor, request, argument);
  }
}
