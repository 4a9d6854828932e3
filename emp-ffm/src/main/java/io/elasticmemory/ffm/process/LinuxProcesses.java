package io.elasticmemory.ffm.process;

import static io.elasticmemory.ffm.libc.Errno.ESRCH;
import static io.elasticmemory.ffm.libc.LinuxConstants.RLIMIT_CORE;
import static io.elasticmemory.ffm.libc.LinuxConstants.SIGHUP;
import static io.elasticmemory.ffm.libc.LinuxConstants.SIGINT;
import static io.elasticmemory.ffm.libc.LinuxConstants.SIGTERM;
import static io.elasticmemory.ffm.libc.LinuxConstants.SIG_IGN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.ProcessCalls;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.port.Cpus;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.JavaThreads;
import io.elasticmemory.port.Lifeline;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.ProcessGroup;
import io.elasticmemory.port.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Pidfds, lifelines, and what a process can do to itself. */
public final class LinuxProcesses implements Processes {
  /** CPUs a mask has room for, as in glibc's {@code cpu_set_t}. */
  private static final int CPUS_MAX = 1024;

  /** Property of a pager that is to have an {@link Undertaker}. */
  public static final String UNDERTAKER = "emp.pager.undertaker";

  private static final int CALLING_THREAD = 0;

  private static final Path OOM_SCORE = Path.of("/proc/self/oom_score_adj");

  /** Far behind every application, yet not immortal. */
  private static final String LATE_IN_LINE = "-900";

  /**
   * One byte: too small for a core file, and the value at which the kernel does not even start the
   * program that would take it through a pipe. Making the process undumpable instead would hide its
   * memory figures from its own user.
   */
  private static final long NO_CORE_BYTES = 1;

  @Override
  public Peer open(long pid) {
    return PidfdPeer.open(pid);
  }

  @Override
  public Lifeline createLifeline() {
    return SocketLifeline.create();
  }

  @Override
  public ProcessGroup start(
      List<String> words, Map<String, String> environment, Handle given, boolean errorsToo) {
    return SpawnedGroup.start(words, environment, Descriptor.of(given), errorsToo);
  }

  @Override
  public void becomePager() {
    ignore(SIGINT);
    ignore(SIGTERM);
    ignore(SIGHUP);
    forbidCores();
    stepBackInLine();
    if (Boolean.getBoolean(UNDERTAKER)) {
      Undertaker.appoint();
    }
  }

  @Override
  public void endPager() {
    Undertaker.dismiss();
  }

  private static void ignore(int signal) {
    SystemCallException.check(ProcessCalls.signal(signal, SIG_IGN), "signal", signal);
  }

  private static void forbidCores() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(Structs.RLIMIT);
      limit.set(JAVA_LONG, 0, NO_CORE_BYTES);
      limit.set(JAVA_LONG, Long.BYTES, NO_CORE_BYTES);
      // Refused where the limit is 0 already.
      ProcessCalls.setrlimit(RLIMIT_CORE, limit.address());
    }
  }

  /**
   * Needs a right that an ordinary user lacks: without it the pager is as likely a victim as any.
   */
  private static void stepBackInLine() {
    try {
      Files.writeString(OOM_SCORE, LATE_IN_LINE);
    } catch (IOException e) {
      // As said above.
    }
  }

  @Override
  public Cpus openCpus() {
    return new LinuxCpus();
  }

  @Override
  public void pinThread(int... cpus) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = mask(arena, cpus);
      requirePinned(pin(CALLING_THREAD, mask), "a thread", cpus);
    }
  }

  @Override
  public void pinProcess(long pid, int... cpus) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = mask(arena, cpus);
      // A thread started while the first pass looks has its mask from a thread pinned by then, or
      // is seen by the second.
      for (int pass = 0; pass < 2; pass++) {
        pinAll(pid, mask, cpus);
      }
    }
  }

  private static void pinAll(long pid, MemorySegment mask, int... cpus) {
    for (int thread : threads(pid)) {
      long result = pin(thread, mask);
      if (result != -ESRCH) {
        requirePinned(result, "process " + pid, cpus);
      }
    }
  }

  private static List<Integer> threads(long pid) {
    try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      return tasks.map(task -> Integer.valueOf(task.getFileName().toString())).toList();
    } catch (IOException | UncheckedIOException e) {
      throw new EmpException(
          EmpException.Kind.PLATFORM,
          "process " + pid + " has ended and cannot be pinned to CPUs; start it again",
          e);
    }
  }

  private static MemorySegment mask(Arena arena, int... cpus) {
    MemorySegment mask = arena.allocate(CPUS_MAX / Byte.SIZE);
    for (int cpu : cpus) {
      checkCpu(cpu);
      byte bits = mask.get(JAVA_BYTE, cpu / Byte.SIZE);
      mask.set(JAVA_BYTE, cpu / Byte.SIZE, (byte) (bits | 1 << cpu % Byte.SIZE));
    }
    return mask;
  }

  private static long pin(int thread, MemorySegment mask) {
    return ProcessCalls.schedSetaffinity(thread, mask.byteSize(), mask.address());
  }

  private static void requirePinned(long result, String what, int... cpus) {
    Failures.require(
        result,
        "pinning " + what + " to CPUs " + Arrays.toString(cpus),
        "name CPUs that exist, and processes and CPUs that this user may use");
  }

  @Override
  public JavaThreads openThreads() {
    return HotSpotThreads.open();
  }

  private static void checkCpu(int cpu) {
    if (cpu < 0 || cpu >= CPUS_MAX) {
      throw new IllegalArgumentException("CPU " + cpu + " is not within 0 to " + (CPUS_MAX - 1));
    }
  }
}
