package io.elasticmemory.samples.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** How much memory a process has, as the kernel counts it. */
public final class ProcessMemory {
  /** The line of {@code smaps} with which a mapping begins; its name is the last word. */
  private static final Pattern MAPPING = Pattern.compile("[0-9a-f]+-[0-9a-f]+ .*");

  private ProcessMemory() {}

  /**
   * Memory of a process, pages it shares with others counted in proportion ({@code smaps_rollup}).
   *
   * @return bytes; 0 if the process has ended or may not be looked at
   */
  public static long pssBytes(long pid) {
    return pssBytes(read(pid, "smaps_rollup"));
  }

  /**
   * Memory of a process that belongs to no file, memfds included: its heap, what it has from {@code
   * malloc}, ordinary direct buffers ({@code status}).
   *
   * @return bytes that are present; 0 if the process has ended or may not be looked at
   */
  public static long anonymousBytes(long pid) {
    return kibibytes(read(pid, "status"), "RssAnon:") << 10;
  }

  /**
   * Mappings with one name, all of them together.
   *
   * @param sizeBytes addresses
   * @param pssBytes pages that are there, those it shares with others counted in proportion
   */
  public record Mapped(long sizeBytes, long pssBytes) {}

  /**
   * What a process has mapped of files whose name contains a word ({@code smaps}); nothing, if it
   * has ended or may not be looked at.
   */
  public static Mapped mapped(long pid, String word) {
    return mapped(read(pid, "smaps"), word);
  }

  static Mapped mapped(List<String> smaps, String word) {
    long sizeBytes = 0;
    long pssBytes = 0;
    boolean isWanted = false;
    for (String line : smaps) {
      if (MAPPING.matcher(line).matches()) {
        isWanted = line.contains(word);
      } else if (isWanted && line.startsWith("Size:")) {
        sizeBytes += kibibytes(List.of(line), "Size:") << 10;
      } else if (isWanted && line.startsWith("Pss:")) {
        pssBytes += kibibytes(List.of(line), "Pss:") << 10;
      }
    }
    return new Mapped(sizeBytes, pssBytes);
  }

  static long pssBytes(List<String> rollup) {
    return kibibytes(rollup, "Pss:") << 10;
  }

  private static List<String> read(long pid, String file) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), file));
    } catch (IOException e) {
      return List.of();
    }
  }

  private static long kibibytes(List<String> lines, String name) {
    for (String line : lines) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return 0;
  }
}
