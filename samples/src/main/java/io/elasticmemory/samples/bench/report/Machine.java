package io.elasticmemory.samples.bench.report;

import io.elasticmemory.EmpVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the figures of a report were measured on. */
final class Machine {
  private Machine() {}

  /** In one line. */
  static String describe() {
    return "EMP %s, Linux %s, %d CPUs (%s), %d MiB of memory, Java %s (%s)"
        .formatted(
            EmpVersion.current(),
            System.getProperty("os.version"),
            Runtime.getRuntime().availableProcessors(),
            field("/proc/cpuinfo", "model name"),
            Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) >> 10,
            Runtime.version(),
            System.getProperty("java.vendor.version", System.getProperty("java.vendor")));
  }

  private static String field(String file, String name) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("0");
    } catch (IOException e) {
      return "0";
    }
  }
}
