package io.elasticmemory.ffm.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** For how long threads have waited for memory, as the kernel counts it (PSI). */
final class StalledTime {
  private static final String SOME = "some ";
  private static final String TOTAL = "total=";
  private static final long NANOS_PER_MICRO = 1_000;

  private StalledTime() {}

  /**
   * From a line such as {@code some avg10=0.00 avg60=0.00 avg300=0.00 total=630837050}, in
   * microseconds: for how long at least one thread waited. 0 if the kernel does not count it.
   */
  static long nanos(Path file) {
    try {
      for (String line : Files.readAllLines(file)) {
        int total = line.indexOf(TOTAL);
        if (line.startsWith(SOME) && total > 0) {
          return Long.parseLong(line.substring(total + TOTAL.length()).strip()) * NANOS_PER_MICRO;
        }
      }
    } catch (IOException | NumberFormatException e) {
      // Also a kernel that was started without: the file is there and cannot be read.
    }
    return 0;
  }
}
