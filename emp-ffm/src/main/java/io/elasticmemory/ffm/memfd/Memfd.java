package io.elasticmemory.ffm.memfd;

import static io.elasticmemory.ffm.libc.LinuxConstants.FALLOC_FL_KEEP_SIZE;
import static io.elasticmemory.ffm.libc.LinuxConstants.FALLOC_FL_PUNCH_HOLE;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_ADD_SEALS;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_GET_SEALS;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_SEAL_GROW;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_SEAL_SEAL;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_SEAL_SHRINK;
import static io.elasticmemory.ffm.libc.LinuxConstants.MFD_ALLOW_SEALING;
import static io.elasticmemory.ffm.libc.LinuxConstants.MFD_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.SEEK_DATA;
import static io.elasticmemory.ffm.libc.LinuxConstants.SEEK_HOLE;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.FileStatus;
import io.elasticmemory.ffm.libc.MemoryCalls;
import io.elasticmemory.ffm.libc.SystemCallException;

/** Makes memory files and checks those that come from another process. */
final class Memfd {
  private static final long PAGE_BYTES = 4096;
  private static final long SHORT_BYTES_MAX = 64L << 20;

  /**
   * Size and seals can never change, so no mapping can be made to fault for ever. Writing is not
   * sealed: that would forbid punching holes too.
   */
  static final int SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

  private Memfd() {}

  /** A sealed memory file, all of it a hole. */
  static Descriptor create(String name, long bytes) {
    long created = MemoryCalls.memfdCreate(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    Failures.require(created, "memfd_create(" + name + ")", "raise ulimit -n or allow the call");
    Descriptor memfd = new Descriptor((int) created, "memory file " + name);
    try {
      size(memfd, bytes);
      seal(memfd);
      return memfd;
    } catch (RuntimeException e) {
      memfd.close();
      throw e;
    }
  }

  private static void size(Descriptor memfd, long bytes) {
    long sized = FileCalls.ftruncate(memfd.descriptor(), bytes);
    Failures.require(sized, memfd.name() + " of " + bytes + " bytes", "ask for less");
  }

  private static void seal(Descriptor memfd) {
    long sealed = FileCalls.fcntl(memfd.descriptor(), F_ADD_SEALS, SEALS);
    Failures.require(sealed, "sealing " + memfd.name(), "Linux 6.6 or newer is needed");
  }

  /** Takes all pages of the file now, so that no later touch can fail for want of memory. */
  static void reserve(Descriptor memfd, long bytes) {
    long reserved;
    do {
      reserved = FileCalls.fallocate(memfd.descriptor(), 0, 0, bytes);
    } while (reserved == -Errno.EINTR);
    Failures.require(
        reserved,
        "reserving " + bytes + " bytes for " + memfd.name(),
        "free memory or ask for less");
  }

  /** Takes the pages of a range now; false if there is no memory for them. */
  static boolean tryReserve(Descriptor memfd, long offset, long bytes) {
    long reserved;
    do {
      reserved = FileCalls.fallocate(memfd.descriptor(), FALLOC_FL_KEEP_SIZE, offset, bytes);
    } while (reserved == -Errno.EINTR);
    if (reserved == -Errno.ENOSPC || reserved == -Errno.ENOMEM) {
      return false;
    }
    SystemCallException.check(reserved, "fallocate", memfd.name());
    return true;
  }

  /** Gives the pages of a range back. */
  static void punch(Descriptor memfd, long offset, long bytes) {
    int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
    long punched;
    do {
      punched = FileCalls.fallocate(memfd.descriptor(), mode, offset, bytes);
    } while (punched == -Errno.EINTR);
    SystemCallException.check(punched, "fallocate", memfd.name());
  }

  /** First offset in {@code [offset, end)} that is in no hole, or {@code end}. */
  static long nextData(Descriptor memfd, long offset, long end) {
    long found = FileCalls.lseek(memfd.descriptor(), offset, SEEK_DATA);
    if (found == -Errno.ENXIO) {
      return end;
    }
    SystemCallException.check(found, "lseek", memfd.name());
    return Math.min(found, end);
  }

  /**
   * First offset in {@code [offset, end)} that is in a hole, or {@code end}. Page by page, because
   * the kernel, asked for a hole, looks at all pages up to the next one, far behind the end: 10 ms
   * where a GiB has been written. Only a range that is as long as that is left to it.
   */
  static long nextHole(Descriptor memfd, long offset, long end) {
    if (end - offset > SHORT_BYTES_MAX) {
      long found = FileCalls.lseek(memfd.descriptor(), offset, SEEK_HOLE);
      return Math.min(SystemCallException.check(found, "lseek", memfd.name()), end);
    }
    for (long at = offset; at < end; at = (at & -PAGE_BYTES) + PAGE_BYTES) {
      if (nextData(memfd, at, end) > at) {
        return at;
      }
    }
    return end;
  }

  /** Refuses a descriptor that is not a memory file of this size, sealed as ours are. */
  static void check(Descriptor memfd, long bytes) {
    long seals = FileCalls.fcntl(memfd.descriptor(), F_GET_SEALS, 0);
    if (seals < 0) {
      throw refusal(memfd, "is no memory file");
    }
    if ((seals & SEALS) != SEALS) {
      throw refusal(memfd, "has seals " + seals + " of which " + SEALS + " are needed");
    }
    long size = FileStatus.of(memfd).sizeBytes();
    if (size != bytes) {
      throw refusal(memfd, "has " + size + " bytes where " + bytes + " were announced");
    }
  }

  private static EmpException refusal(Descriptor memfd, String why) {
    return new EmpException(
        EmpException.Kind.PAGER,
        "hand-over refused: " + memfd + " " + why + "; both sides must be of the same EMP version");
  }
}
