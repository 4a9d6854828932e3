package io.elasticmemory.ffm.file;

import static io.elasticmemory.ffm.libc.LinuxConstants.F_GETFL;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_CREAT;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_DIRECT;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_EXCL;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_NOFOLLOW;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_RDWR;
import static io.elasticmemory.ffm.libc.LinuxConstants.S_IFBLK;
import static io.elasticmemory.ffm.libc.LinuxConstants.S_IFREG;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.FileStatus;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Files;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Poller;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Spill files and block devices on Linux. */
public final class LinuxFiles implements Files {
  /** Transfers are multiples of this, so no device may have larger sectors. */
  static final int TRANSFER_BYTES = 4096;

  /** How disks are read: {@code ring}, {@code pread}; empty for the first that works. */
  private static final String WAY = "emp.pager.disk";

  private static final int OWNER_ONLY = 0600;
  private static final long MIB = 1L << 20;

  private static final long IDLE_SECONDS_MAX = 10;

  /** Those that were prepared stay. */
  private final ThreadPoolExecutor fenceThreads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS_MAX,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("emp-fence").factory());

  private final Queue<DiskRing> preparedRings = new ConcurrentLinkedQueue<>();

  @Override
  public Handle createSpillFile(Path path, long bytes, boolean reserve) {
    checkSize(path, bytes);
    Descriptor file = create(path);
    try {
      // At once, so that nothing is left however this process ends. What comes now may take long.
      FileCalls.unlink(path.toString());
      if (reserve) {
        reserve(file, path, bytes);
      } else {
        size(file, path, bytes);
      }
      return file;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static void checkSize(Path path, long bytes) {
    if (bytes <= 0 || bytes % TRANSFER_BYTES != 0) {
      throw new IllegalArgumentException(
          path + ": " + bytes + " bytes is no positive multiple of " + TRANSFER_BYTES);
    }
  }

  private static Descriptor create(Path path) {
    int flags = O_RDWR | O_CREAT | O_EXCL | O_DIRECT | O_CLOEXEC | O_NOFOLLOW;
    long opened;
    do {
      opened = FileCalls.open(path.toString(), flags, OWNER_ONLY);
    } while (opened == -Errno.EINTR);
    if (opened < 0) {
      throw failure("cannot create spill file " + path, opened, creationRemedy((int) -opened));
    }
    return new Descriptor((int) opened, path.toString());
  }

  private static String creationRemedy(int errno) {
    return switch (errno) {
      case Errno.EEXIST -> "EMP overwrites nothing: name a file that does not exist, or remove it";
      case Errno.ENOENT, Errno.ENOTDIR -> "create its directory first";
      case Errno.EACCES, Errno.EPERM -> "name a directory this user may write to";
      case Errno.EROFS -> "name a directory on a writable file system";
      case Errno.EISDIR -> "name a file, not a directory";
      case Errno.EINVAL -> "its file system has no direct I/O: name a directory on ext4 or xfs";
      case Errno.ENOSPC, Errno.EDQUOT -> "free space there or name another directory";
      case Errno.EMFILE, Errno.ENFILE -> "raise ulimit -n";
      default -> "name a file in a writable directory of a local disk";
    };
  }

  private static void reserve(Descriptor file, Path path, long bytes) {
    requireFree(path, bytes);
    long reserved;
    do {
      reserved = FileCalls.fallocate(file.descriptor(), 0, 0, bytes);
    } while (reserved == -Errno.EINTR);
    if (reserved < 0) {
      throw failure(
          "cannot reserve " + bytes / MIB + " MiB for spill file " + path,
          reserved,
          reservationRemedy((int) -reserved));
    }
  }

  /** A reservation that cannot succeed would fill the disk for everybody before it fails. */
  private static void requireFree(Path path, long bytes) {
    long free;
    try {
      Path directory = path.toAbsolutePath().getParent();
      free = java.nio.file.Files.getFileStore(directory).getUsableSpace();
    } catch (java.io.IOException | RuntimeException e) {
      return; // The reservation itself will tell.
    }
    if (bytes > free) {
      throw failure(
          "cannot reserve %d MiB for spill file %s (%d MiB are free)"
              .formatted(bytes / MIB, path, free / MIB),
          -Errno.ENOSPC,
          reservationRemedy(Errno.ENOSPC));
    }
  }

  private static String reservationRemedy(int errno) {
    return switch (errno) {
      case Errno.EOPNOTSUPP -> "its file system cannot reserve: add ?reserve=lazy to the entry";
      case Errno.EFBIG -> "the file system or ulimit -f allows less: ask for less";
      default -> "free space, ask for less, or add ?reserve=lazy to the entry";
    };
  }

  private static void size(Descriptor file, Path path, long bytes) {
    long sized = FileCalls.ftruncate(file.descriptor(), bytes);
    if (sized < 0) {
      throw failure(
          "cannot make spill file " + path + " " + bytes / MIB + " MiB long",
          sized,
          "the file system or ulimit -f allows less: ask for less");
    }
  }

  @Override
  public Handle openBlockDevice(Path path, long baseBytes, long bytes) {
    checkSize(path, bytes);
    if (baseBytes < 0 || baseBytes % TRANSFER_BYTES != 0) {
      throw new IllegalArgumentException(
          path + ": base " + baseBytes + " is no multiple of " + TRANSFER_BYTES);
    }
    Descriptor device = openDevice(path);
    try {
      checkIsBlockDevice(device);
      BlockDevice.checkSectors(device);
      BlockDevice.checkHolds(device, baseBytes, bytes);
      return device;
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  private static Descriptor openDevice(Path path) {
    // O_EXCL without O_CREAT: refused while the device is mounted or otherwise in use.
    int flags = O_RDWR | O_EXCL | O_DIRECT | O_CLOEXEC;
    long opened;
    do {
      opened = FileCalls.open(path.toString(), flags, 0);
    } while (opened == -Errno.EINTR);
    if (opened < 0) {
      throw failure("cannot open block device " + path, opened, deviceRemedy((int) -opened));
    }
    return new Descriptor((int) opened, path.toString());
  }

  private static String deviceRemedy(int errno) {
    return switch (errno) {
      case Errno.ENOENT, Errno.ENXIO, Errno.ENODEV -> "see lsblk for what there is";
      case Errno.EACCES, Errno.EPERM -> "give this user read and write access to the device";
      case Errno.EBUSY -> "it is mounted or in use: everything on it would be overwritten";
      case Errno.EROFS -> "the device is read-only: name another";
      default -> "name an unused block device";
    };
  }

  private static void checkIsBlockDevice(Descriptor device) {
    if (!FileStatus.of(device).isKind(S_IFBLK)) {
      throw new EmpException(
          EmpException.Kind.DONOR,
          device.name() + " is no block device; see lsblk for what there is");
    }
  }

  /** A thread runs only some milliseconds after it was started where all CPUs are busy. */
  @Override
  public void prepareDonors(int donors) {
    fenceThreads.setCorePoolSize(donors);
    fenceThreads.prestartAllCoreThreads();
    for (int i = 0; i < donors; i++) {
      openRing(way(), _ -> {}).ifPresent(preparedRings::add);
    }
  }

  private static String way() {
    return System.getProperty(WAY, "");
  }

  @Override
  public Donor adoptDonor(
      Handle handle,
      String name,
      long baseBytes,
      long bytes,
      boolean usedBefore,
      Poller poller,
      Consumer<String> notices) {
    Descriptor file = Descriptor.of(handle);
    try {
      checkDonor(file, name, baseBytes, bytes);
      Optional<DiskRing> ring =
          Optional.ofNullable(preparedRings.poll()).or(() -> openRing(way(), notices));
      Fence fence =
          usedBefore ? Fence.begin(file, name, baseBytes, notices, fenceThreads) : Fence.none(file);
      return ring.isPresent()
          ? new RingDonor(file, name, baseBytes, bytes, fence, ring.get(), poller)
          : new FileDonor(file, name, baseBytes, bytes, fence);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Empty if transfers are to be made one at a time. */
  private static Optional<DiskRing> openRing(String way, Consumer<String> notices) {
    if (way.equals("pread")) {
      return Optional.empty();
    }
    try {
      return Optional.of(DiskRing.open(RingDonor.UNDER_WAY_MAX));
    } catch (SystemCallException e) {
      if (way.equals("ring")) {
        throw new EmpException(
            EmpException.Kind.PLATFORM,
            "no io_uring here (" + e.getMessage() + "), and " + WAY + "=ring asks for it; unset it",
            e);
      }
      notices.accept(
          "disks are used with one transfer at a time: no io_uring here ("
              + e.getMessage()
              + "); see sysctl kernel.io_uring_disabled, and what the container forbids");
      return Optional.empty();
    }
  }

  private static void checkDonor(Descriptor file, String name, long baseBytes, long bytes) {
    FileStatus status = FileStatus.of(file);
    boolean fits;
    if (status.isKind(S_IFBLK)) {
      fits = baseBytes <= BlockDevice.sizeBytes(file) - bytes;
    } else if (status.isKind(S_IFREG)) {
      fits = baseBytes <= status.sizeBytes() - bytes;
    } else {
      throw refusal(name + " is neither a file nor a block device");
    }
    if (!fits || baseBytes < 0 || bytes <= 0 || (baseBytes | bytes) % TRANSFER_BYTES != 0) {
      throw refusal(name + " does not hold " + bytes + " bytes at " + baseBytes);
    }
    long flags = FileCalls.fcntl(file.descriptor(), F_GETFL, 0);
    if ((flags & O_DIRECT) == 0 || (flags & O_RDWR) == 0) {
      throw refusal(name + " is not open for direct reading and writing");
    }
  }

  private static EmpException refusal(String why) {
    return new EmpException(
        EmpException.Kind.PAGER,
        "hand-over refused: " + why + "; both sides must be of the same EMP version");
  }

  private static EmpException failure(String what, long result, String remedy) {
    return Failures.failure(EmpException.Kind.DONOR, what, result, remedy);
  }
}
