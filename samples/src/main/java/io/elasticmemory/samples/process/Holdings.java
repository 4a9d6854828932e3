package io.elasticmemory.samples.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a process holds of its machine at one moment.
 *
 * @param descriptors how many of each kind are open, by what they lead to: {@code socket}, {@code
 *     anon_inode:[userfaultfd]}, {@code /memfd:emp-table}, the path of a file
 * @param threads tasks of the kernel
 * @param mappings ranges of addresses, those of memory files that are EMP's not counted
 * @param ownMappings those of memory files that are EMP's
 * @param memoryBytes memory, pages shared with others counted in proportion
 * @param children processes that it or its children have started and that have not ended
 */
public record Holdings(
    Map<String, Integer> descriptors,
    int threads,
    int mappings,
    int ownMappings,
    long memoryBytes,
    int children) {
  private static final String OWN_FILE = "/memfd:emp-";

  /** What a JVM may take without anything being lost: reapers, arenas of malloc, compiled code. */
  private static final int THREADS_MORE_MAX = 4;

  private static final int MAPPINGS_MORE_MAX = 48;
  private static final long BYTES_MORE_MAX = 24L << 20;

  /** A copy that nobody else can change. */
  public Holdings {
    descriptors = Map.copyOf(descriptors);
  }

  /**
   * Looks at a process of this user.
   *
   * @throws IOException if it has ended or may not be looked at
   */
  public static Holdings of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    List<String> maps = Files.readAllLines(process.resolve("maps"));
    int own = (int) maps.stream().filter(line -> line.contains(OWN_FILE)).count();
    return new Holdings(
        descriptors(process.resolve("fd")),
        count(process.resolve("task")),
        maps.size() - own,
        own,
        ProcessMemory.pssBytes(pid),
        (int) ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants).count());
  }

  private static Map<String, Integer> descriptors(Path folder) throws IOException {
    Map<String, Integer> kinds = new TreeMap<>();
    try (DirectoryStream<Path> links = Files.newDirectoryStream(folder)) {
      for (Path link : links) {
        try {
          kinds.merge(kind(Files.readSymbolicLink(link).toString()), 1, Integer::sum);
        } catch (NoSuchFileException e) {
          // Closed since it was listed.
        }
      }
    }
    return kinds;
  }

  /** {@code socket:[4711]} is a socket. */
  static String kind(String target) {
    return target.replaceAll(":\\[\\d+]$", "").replace(" (deleted)", "");
  }

  private static int count(Path folder) throws IOException {
    int count = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path _ : entries) {
        count++;
      }
    }
    return count;
  }

  /**
   * What there is more of than there was before, a line each; nothing for what a JVM may take by
   * itself.
   */
  public List<String> moreThan(Holdings before) {
    List<String> more = new ArrayList<>();
    descriptors.forEach(
        (kind, count) -> {
          int had = before.descriptors.getOrDefault(kind, 0);
          add(more, "descriptors of " + kind, had, count, 0);
        });
    add(more, "threads", before.threads, threads, THREADS_MORE_MAX);
    add(more, "mappings", before.mappings, mappings, MAPPINGS_MORE_MAX);
    add(more, "mappings of spaces", before.ownMappings, ownMappings, 0);
    add(more, "MiB", before.memoryBytes >> 20, memoryBytes >> 20, BYTES_MORE_MAX >> 20);
    add(more, "child processes", before.children, children, 0);
    return more;
  }

  private static void add(List<String> more, String what, long before, long now, long moreMax) {
    if (now - before > moreMax) {
      more.add("%d %s instead of %d".formatted(now, what, before));
    }
  }

  /** For people. */
  public String describe() {
    return "%d descriptors, %d threads, %d mappings, %d MiB, %d child processes"
        .formatted(
            descriptors.values().stream().mapToInt(Integer::intValue).sum(),
            threads,
            mappings + ownMappings,
            memoryBytes >> 20,
            children);
  }
}
