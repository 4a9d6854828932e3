package io.elasticmemory.ffm.memfd;

import static io.elasticmemory.ffm.libc.LinuxConstants.F_ADD_SEALS;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_GET_SEALS;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_SEAL_GROW;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_SEAL_SEAL;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_SEAL_SHRINK;
import static io.elasticmemory.ffm.libc.LinuxConstants.MFD_ALLOW_SEALING;
import static io.elasticmemory.ffm.libc.LinuxConstants.MFD_CLOEXEC;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.FileStatus;
import io.elasticmemory.ffm.libc.MemoryCalls;

/** Makes memory files and checks those that come from another process. */
final class Memfd {
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
