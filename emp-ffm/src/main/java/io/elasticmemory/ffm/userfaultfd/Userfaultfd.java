package io.elasticmemory.ffm.userfaultfd;

import static io.elasticmemory.ffm.libc.LinuxConstants.O_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_NONBLOCK;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_RDWR;
import static io.elasticmemory.ffm.libc.LinuxConstants.SYS_USERFAULTFD;
import static io.elasticmemory.ffm.libc.LinuxConstants.UFFDIO_REGISTER_MODE_MINOR;
import static io.elasticmemory.ffm.libc.LinuxConstants.UFFDIO_REGISTER_MODE_MISSING;
import static io.elasticmemory.ffm.libc.LinuxConstants.UFFDIO_REGISTER_MODE_WP;
import static io.elasticmemory.ffm.libc.LinuxConstants.UFFD_USER_MODE_ONLY;
import static io.elasticmemory.ffm.libc.LinuxConstants.USERFAULTFD_IOC_NEW;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.LinuxConstants;
import io.elasticmemory.ffm.libc.ProcessCalls;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.ffm.libc.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;

/**
 * Makes userfaultfds and registers ranges with them: the application's side. Faults are read and
 * resolved by {@link LinuxFaults}, in the pager.
 */
public final class Userfaultfd {
  /** The device that gives a full descriptor to whoever may open it. */
  static final String DEVICE = "/dev/userfaultfd";

  private static final String NAME = "userfaultfd";
  private static final int FLAGS = O_CLOEXEC | O_NONBLOCK;
  private static final long REGISTER_MODES =
      UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_MINOR | UFFDIO_REGISTER_MODE_WP;

  /** Bits 2 to 4 and 6 to 8: WAKE, COPY, ZEROPAGE, WRITEPROTECT, CONTINUE, POISON. */
  private static final long RANGE_CALLS = 0b1_1101_1100;

  private static final long API_FEATURES = Structs.offset(Structs.UFFDIO_API, "features");
  private static final long REGISTER_START = Structs.offset(Structs.UFFDIO_REGISTER, "range.start");
  private static final long REGISTER_LENGTH = Structs.offset(Structs.UFFDIO_REGISTER, "range.len");
  private static final long REGISTER_MODE = Structs.offset(Structs.UFFDIO_REGISTER, "mode");
  private static final long REGISTER_CALLS = Structs.offset(Structs.UFFDIO_REGISTER, "ioctls");

  /** What makes a full descriptor available. */
  public static final String REMEDY =
      "run as root, or give this user access to /dev/userfaultfd, or set"
          + " sysctl vm.unprivileged_userfaultfd=1 (in a container: --device /dev/userfaultfd)";

  private Userfaultfd() {}

  /** How a descriptor was obtained. */
  public enum Kind {
    /** Through the device: traps the kernel's own accesses too. */
    DEVICE,
    /** Through the system call: traps the kernel's own accesses too. */
    SYSTEM_CALL,
    /** Traps user-mode accesses only; system calls on absent pages fail. */
    USER_MODE
  }

  /**
   * A descriptor, not yet told what it shall do.
   *
   * @param descriptor its owner closes it
   * @param kind how it was obtained
   */
  public record Opened(Descriptor descriptor, Kind kind) {}

  /**
   * Opens a descriptor and enables what EMP needs.
   *
   * @param acceptUserMode take one that traps user-mode accesses only where a full one is refused
   * @throws EmpException with the remedy if it is refused or the kernel is too old
   */
  public static Opened create(boolean acceptUserMode) {
    Features.require(probeFeatures());
    Opened opened = open(acceptUserMode);
    try {
      enable(opened.descriptor(), Features.ENABLED);
      return opened;
    } catch (RuntimeException e) {
      opened.descriptor().close();
      throw e;
    }
  }

  /** What the kernel offers, asked through a throw-away descriptor because asking uses it up. */
  public static long probeFeatures() {
    try (Descriptor probe = open(true).descriptor()) {
      return enable(probe, 0);
    }
  }

  /** How a descriptor would be obtained now. */
  public static Kind kind(boolean acceptUserMode) {
    Opened opened = open(acceptUserMode);
    opened.descriptor().close();
    return opened.kind();
  }

  /** Opens a descriptor and leaves it as it is. */
  static Opened open(boolean acceptUserMode) {
    long viaDevice = openDevice();
    if (viaDevice >= 0) {
      return opened(viaDevice, Kind.DEVICE);
    }
    long viaCall = ProcessCalls.syscall(SYS_USERFAULTFD, FLAGS, 0, 0, 0);
    if (viaCall >= 0) {
      return opened(viaCall, Kind.SYSTEM_CALL);
    }
    long userMode = ProcessCalls.syscall(SYS_USERFAULTFD, FLAGS | UFFD_USER_MODE_ONLY, 0, 0, 0);
    if (userMode < 0) {
      throw Failures.platform(
          "userfaultfd is forbidden (" + DEVICE + ": " + Errno.name((int) -viaDevice) + ")",
          viaCall,
          REMEDY);
    }
    if (!acceptUserMode) {
      FileCalls.close((int) userMode);
      throw new EmpException(
          EmpException.Kind.PLATFORM,
          "userfaultfd is allowed for user-mode accesses only: system calls such as read() into"
              + " absent pages would fail; "
              + REMEDY
              + ", or accept that with dram:<MiB>?usermode=true");
    }
    return opened(userMode, Kind.USER_MODE);
  }

  private static Opened opened(long number, Kind kind) {
    return new Opened(new Descriptor((int) number, NAME), kind);
  }

  private static long openDevice() {
    long device = FileCalls.open(DEVICE, O_RDWR | O_CLOEXEC, 0);
    if (device < 0) {
      return device;
    }
    long created = FileCalls.ioctl((int) device, USERFAULTFD_IOC_NEW, FLAGS);
    FileCalls.close((int) device);
    return created;
  }

  /** UFFDIO_API: returns what the kernel offers. Works once per descriptor. */
  private static long enable(Descriptor uffd, long features) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment api = arena.allocate(Structs.UFFDIO_API);
      api.set(JAVA_LONG, 0, LinuxConstants.UFFD_API);
      api.set(JAVA_LONG, API_FEATURES, features);
      long result = FileCalls.ioctl(uffd.descriptor(), LinuxConstants.UFFDIO_API, api.address());
      Failures.require(result, "UFFDIO_API", "Linux 6.6 or newer is needed");
      return api.get(JAVA_LONG, API_FEATURES);
    }
  }

  /** Registers a range of this process for MISSING, MINOR and write-protect faults. */
  public static void register(Descriptor uffd, long start, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment range = range(arena, Structs.UFFDIO_REGISTER, start, bytes);
      range.set(JAVA_LONG, REGISTER_MODE, REGISTER_MODES);
      long result =
          FileCalls.ioctl(uffd.descriptor(), LinuxConstants.UFFDIO_REGISTER, range.address());
      Failures.require(
          result,
          "registering " + bytes + " bytes for page faults",
          "Linux 6.6 or newer is needed");
      requireCalls(range.get(JAVA_LONG, REGISTER_CALLS));
    }
  }

  private static void requireCalls(long offered) {
    if ((offered & RANGE_CALLS) != RANGE_CALLS) {
      throw new EmpException(
          EmpException.Kind.PLATFORM,
          "the kernel offers calls 0x%x on shared memory where 0x%x are needed; Linux 6.6 or newer"
                  .formatted(offered, RANGE_CALLS)
              + " is needed");
    }
  }

  /** Ends a registration. Threads that wait in the range go on and see zeros. */
  public static void unregister(Descriptor uffd, long start, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment range = range(arena, Structs.UFFDIO_RANGE, start, bytes);
      long result =
          FileCalls.ioctl(uffd.descriptor(), LinuxConstants.UFFDIO_UNREGISTER, range.address());
      SystemCallException.check(result, "UFFDIO_UNREGISTER");
    }
  }

  private static MemorySegment range(
      SegmentAllocator arena, StructLayout layout, long start, long bytes) {
    MemorySegment range = arena.allocate(layout);
    range.set(JAVA_LONG, REGISTER_START, start);
    range.set(JAVA_LONG, REGISTER_LENGTH, bytes);
    return range;
  }
}
