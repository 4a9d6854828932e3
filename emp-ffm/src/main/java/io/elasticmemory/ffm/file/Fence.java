package io.elasticmemory.ffm.file;

import static io.elasticmemory.ffm.libc.LinuxConstants.FALLOC_FL_KEEP_SIZE;
import static io.elasticmemory.ffm.libc.LinuxConstants.S_IFBLK;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.FileStatus;
import io.elasticmemory.ffm.libc.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Waits, on a thread of its own and as long as it takes, until nothing that a dead process has
 * asked a disk to write can change a byte any more. On a file that is what reserving a page does: a
 * file system changes a file's extents only when no direct I/O is under way. Of a device the kernel
 * counts the writes that are under way, and what was begun before has ended once there was none.
 *
 * <p>All fences of a device pass together: the first shard to write again would hold up the others.
 */
final class Fence {
  private static final long LOOK_MILLIS = 5;

  /** A disk that was full may have room again. */
  private static final long RETRY_MILLIS = 100;

  /** When a device was last seen without a write under way, by {@link System#nanoTime}. */
  private static final ConcurrentHashMap<Long, Long> QUIET = new ConcurrentHashMap<>();

  private final Descriptor file;
  private final String name;
  private volatile boolean passed;

  private Fence(Descriptor file, String name) {
    this.file = file;
    this.name = name;
  }

  /** Of a file that nobody has used before. */
  static Fence none(Descriptor file) {
    Fence fence = new Fence(file, file.name());
    fence.passed = true;
    return fence;
  }

  /**
   * Begins to wait. The file stays open until that is over.
   *
   * @param pageAt a page within what is granted
   * @param notices told why, if it never can be over
   * @param threads has one for each fence, however many there are
   */
  static Fence begin(
      Descriptor file, String name, long pageAt, Consumer<String> notices, Executor threads) {
    Fence fence = new Fence(file.duplicate(), name);
    threads.execute(() -> fence.await(pageAt, notices));
    return fence;
  }

  /** True once it is over; any thread. */
  boolean isPassed() {
    return passed;
  }

  private void await(long pageAt, Consumer<String> notices) {
    try (file) {
      FileStatus status = FileStatus.of(file);
      if (status.isKind(S_IFBLK)) {
        long device = status.represents();
        Path counts =
            Path.of("/sys/dev/block/%d:%d/inflight".formatted(major(device), minor(device)));
        awaitDevice(device, () -> Files.readString(counts, US_ASCII));
      } else {
        awaitFile(pageAt, notices);
      }
      passed = true;
    } catch (IOException | RuntimeException e) {
      notices.accept(
          name
              + ": nothing is written there any more, because it cannot be known whether all that"
              + " an ended pager wrote has arrived: "
              + e.getMessage());
    }
  }

  private void awaitFile(long pageAt, Consumer<String> notices) {
    long reserved = reserve(pageAt);
    if (mayPass(reserved)) {
      notices.accept(
          name
              + ": nothing is written there until a page can be reserved, which tells whether all"
              + " that an ended pager wrote has arrived: "
              + new SystemCallException("fallocate", (int) -reserved).getMessage());
    }
    while (mayPass(reserved)) {
      pause(RETRY_MILLIS);
      reserved = reserve(pageAt);
    }
    SystemCallException.check(reserved, "fallocate", name);
  }

  private long reserve(long pageAt) {
    long reserved;
    do {
      reserved =
          FileCalls.fallocate(
              file.descriptor(), FALLOC_FL_KEEP_SIZE, pageAt, LinuxFiles.TRANSFER_BYTES);
    } while (reserved == -Errno.EINTR);
    return reserved;
  }

  /** Whether it fails because of the disk, which may be well again. */
  private static boolean mayPass(long reserved) {
    return switch ((int) -reserved) {
      case Errno.ENOSPC, Errno.EDQUOT, Errno.EIO, Errno.ENOMEM -> true;
      default -> false;
    };
  }

  /** What the kernel says of a device: how many reads are under way, and how many writes. */
  @FunctionalInterface
  interface UnderWay {
    String counts() throws IOException;
  }

  /** Waits until there was a moment without writes; a read changes nothing. */
  static void awaitDevice(long device, UnderWay underWay) throws IOException {
    long begun = System.nanoTime();
    while (true) {
      long looked = System.nanoTime();
      if (underWay.counts().strip().matches("\\d+\\s+0")) {
        QUIET.merge(device, looked, (one, other) -> one - other > 0 ? one : other);
      }
      Long quiet = QUIET.get(device);
      if (quiet != null && quiet - begun >= 0) {
        return;
      }
      pause(LOOK_MILLIS);
    }
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted, which nobody should do", e);
    }
  }

  /** As glibc takes a device number apart. */
  static long major(long device) {
    return device >>> 8 & 0xfff | device >>> 32 & ~0xfffL;
  }

  static long minor(long device) {
    return device & 0xff | device >>> 12 & ~0xffL;
  }
}
