package io.elasticmemory.ffm.host;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.MemoryLimits;
import io.elasticmemory.port.MemoryPressure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What the machine and the cgroups say of memory. */
public final class MemoryReport {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Path PRESSURE = Path.of("/proc/pressure/memory");
  private static final long KIB = 1024;

  private MemoryReport() {}

  /** What this process may use. */
  public static MemoryLimits limits() {
    Map<String, Long> machine = machine();
    Cgroups.MemoryGroup group = new Cgroups(Path.of("/")).tightest();
    return new MemoryLimits(
        machine.getOrDefault("MemTotal", 0L),
        machine.getOrDefault("MemAvailable", 0L),
        group.limitBytes(),
        group.usedBytes());
  }

  /** How short memory is. */
  public static MemoryPressure pressure() {
    Map<String, Long> machine = machine();
    MemoryPressure.Level ofMachine =
        new MemoryPressure.Level(
            machine.getOrDefault("MemTotal", 0L),
            machine.getOrDefault("MemFree", 0L),
            machine.getOrDefault("MemAvailable", 0L),
            StalledTime.nanos(PRESSURE),
            0);
    return new MemoryPressure(ofMachine, new Cgroups(Path.of("/")).pressure());
  }

  /** Swap space that is not full yet could take pages of the memory file. */
  public static long swapBytes() {
    return machine().getOrDefault("SwapTotal", 0L);
  }

  /** Swap space in use. */
  public static long swapUsedBytes() {
    Map<String, Long> machine = machine();
    return machine.getOrDefault("SwapTotal", 0L) - machine.getOrDefault("SwapFree", 0L);
  }

  /** {@code /proc/meminfo} in bytes, from lines such as {@code MemTotal: 16318440 kB}. */
  private static Map<String, Long> machine() {
    try {
      Map<String, Long> numbers = new HashMap<>();
      for (String line : Files.readAllLines(MEMINFO)) {
        String[] words = line.split("[: ]+");
        if (words.length == 3 && words[2].equals("kB")) {
          numbers.put(words[0], Long.parseLong(words[1]) * KIB);
        }
      }
      return numbers;
    } catch (IOException e) {
      throw new EmpException(
          EmpException.Kind.PLATFORM, "cannot read " + MEMINFO + ": " + e + "; mount /proc", e);
    }
  }
}
