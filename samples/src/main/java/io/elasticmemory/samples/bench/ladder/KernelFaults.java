package io.elasticmemory.samples.bench.ladder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The page faults of a process as the kernel counts them.
 *
 * @param major had to wait for a disk, or for zram
 * @param minor all others
 */
record KernelFaults(long major, long minor) {
  // Numbers of proc(5), less those up to the name, which may have blanks.
  private static final int MINOR = 10 - 3;
  private static final int MAJOR = 12 - 3;

  /** Those of this process. */
  static KernelFaults own() {
    try {
      return parse(Files.readString(Path.of("/proc/self/stat")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static KernelFaults parse(String stat) {
    String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return new KernelFaults(Long.parseLong(words[MAJOR]), Long.parseLong(words[MINOR]));
  }

  KernelFaults since(KernelFaults before) {
    return new KernelFaults(major - before.major, minor - before.minor);
  }
}
