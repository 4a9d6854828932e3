package io.elasticmemory.samples.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How much memory a process has, as the kernel counts it. */
public final class ProcessMemory {
  private ProcessMemory() {}

  /**
   * Memory of a process, pages it shares with others counted in proportion ({@code smaps_rollup}).
   *
   * @return bytes; 0 if the process has ended or may not be looked at
   */
  public static long pssBytes(long pid) {
    Path file = Path.of("/proc", Long.toString(pid), "smaps_rollup");
    try {
      return pssBytes(Files.readAllLines(file));
    } catch (IOException e) {
      return 0;
    }
  }

  static long pssBytes(List<String> rollup) {
    for (String line : rollup) {
      if (line.startsWith("Pss:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    return 0;
  }
}
