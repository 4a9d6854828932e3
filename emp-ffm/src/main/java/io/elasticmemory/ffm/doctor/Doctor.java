package io.elasticmemory.ffm.doctor;

import static io.elasticmemory.ffm.libc.LinuxConstants.RLIMIT_AS;
import static io.elasticmemory.ffm.libc.LinuxConstants.RLIMIT_MEMLOCK;
import static io.elasticmemory.ffm.libc.LinuxConstants.RLIMIT_NOFILE;
import static io.elasticmemory.ffm.libc.LinuxConstants.RLIM_INFINITY;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.ffm.host.Cgroups;
import io.elasticmemory.ffm.host.MemoryReport;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.MemoryCalls;
import io.elasticmemory.ffm.libc.ProcessCalls;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.port.Check;
import io.elasticmemory.port.MemoryLimits;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Everything a person may want to know of a machine before running a space on it. */
public final class Doctor {
  private static final long MIB = 1L << 20;

  /** A space has some ten descriptors, an application some hundred, an exporter one per client. */
  private static final long DESCRIPTORS_ENOUGH = 1024;

  private Doctor() {}

  /** The self-test, the machine, and the given disks and links. */
  public static List<Check> examine(
      boolean acceptUserMode, List<Path> spills, List<InetSocketAddress> exporters) {
    List<Check> checks = new ArrayList<>(SelfTest.run(acceptUserMode));
    checks.add(rights());
    checks.add(memory());
    checks.add(memoryGroup());
    checks.add(swap());
    checks.add(lockedMemory());
    checks.add(descriptors());
    checks.add(addresses());
    checks.add(sealing());
    checks.add(Rdma.examine(Path.of("/sys/class/infiniband")));
    spills.forEach(spill -> checks.add(Disk.examine(spill)));
    exporters.forEach(exporter -> checks.add(Link.examine(exporter)));
    return List.copyOf(checks);
  }

  /** Who we are and what the knobs are at; whether it is enough, the self-test has said. */
  private static Check rights() {
    Path device = Path.of("/dev/userfaultfd");
    String access = Files.isReadable(device) && Files.isWritable(device) ? "open to us" : "closed";
    return Check.ok(
        "rights",
        "user %d, %s %s, vm.unprivileged_userfaultfd=%s"
            .formatted(ProcessCalls.geteuid(), device, access, unprivileged()));
  }

  private static String unprivileged() {
    try {
      return Files.readString(Path.of("/proc/sys/vm/unprivileged_userfaultfd")).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static Check memory() {
    MemoryLimits limits = MemoryReport.limits();
    return Check.ok(
        "memory",
        "%d MiB available of %d MiB"
            .formatted(limits.availableBytes() / MIB, limits.machineBytes() / MIB));
  }

  private static Check memoryGroup() {
    Cgroups.MemoryGroup group = new Cgroups(Path.of("/")).tightest();
    if (group.group().isEmpty()) {
      return Check.ok("cgroup", "no memory limit");
    }
    String found =
        "%d MiB used of %d MiB allowed by %s"
            .formatted(group.usedBytes() / MIB, group.limitBytes() / MIB, group.group().get());
    long freeBytes = group.limitBytes() - group.usedBytes();
    return freeBytes >= group.limitBytes() / 10
        ? Check.ok("cgroup", found)
        : Check.warning(
            "cgroup", found, "raise the limit: a space that exceeds it is killed by the kernel");
  }

  private static Check swap() {
    long bytes = MemoryReport.swapBytes();
    if (bytes == 0) {
      return Check.ok("swap", "none");
    }
    return Check.warning(
        "swap",
        "%d of %d MiB in use; the kernel may swap what a space keeps in DRAM, and page twice"
            .formatted(MemoryReport.swapUsedBytes() / MIB, bytes / MIB),
        "swapoff -a, or memory.swap.max=0 for the cgroup of the application");
  }

  private static Check lockedMemory() {
    long limit = limit(RLIMIT_MEMLOCK);
    return Check.ok(
        "locked memory",
        limit == RLIM_INFINITY
            ? "unlimited"
            : limit / MIB + " MiB; page faults take none of it, RDMA links will");
  }

  private static Check descriptors() {
    long limit = limit(RLIMIT_NOFILE);
    return limit == RLIM_INFINITY || limit >= DESCRIPTORS_ENOUGH
        ? Check.ok("descriptors", "up to " + limit)
        : Check.warning("descriptors", "up to " + limit, "ulimit -n " + DESCRIPTORS_ENOUGH);
  }

  private static Check addresses() {
    long limit = limit(RLIMIT_AS);
    return limit == RLIM_INFINITY
        ? Check.ok("address space", "unlimited")
        : Check.warning(
            "address space",
            "limited to " + limit / MIB + " MiB; a space takes as much as its capacity",
            "ulimit -v unlimited");
  }

  private static Check sealing() {
    // Nothing is at address 0, so nothing is sealed; the kernel looks at the call only.
    boolean known = MemoryCalls.mseal(0, 0) != -Errno.ENOSYS;
    return Check.ok("mseal", known ? "there" : "not there (Linux 6.10); not needed");
  }

  private static long limit(int resource) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(Structs.RLIMIT);
      long result = ProcessCalls.getrlimit(resource, limit.address());
      SystemCallException.check(result, "getrlimit", resource);
      return limit.get(JAVA_LONG, 0);
    }
  }
}
