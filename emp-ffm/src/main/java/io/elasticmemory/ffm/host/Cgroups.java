package io.elasticmemory.ffm.host;

import io.elasticmemory.port.MemoryPressure.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The memory cgroups this process is in, version 1 and 2: from its own group up to the root of what
 * is mounted, because every group on the way limits it. Both versions may be mounted at once, with
 * memory in either.
 */
public final class Cgroups {
  /**
   * Version 1 shows "no limit" as the largest number of pages in bytes; nothing real is near it.
   */
  private static final long NO_LIMIT_FROM = 1L << 60;

  /** For how long threads of a group have waited for memory; version 2 only. */
  private static final String PRESSURE = "memory.pressure";

  private final Path root;

  /**
   * @param root directory in which {@code proc} lies and cgroups are mounted: {@code /} but in
   *     tests
   */
  public Cgroups(Path root) {
    this.root = root;
  }

  /**
   * The tightest memory limit and what its group uses.
   *
   * @param limitBytes {@link Long#MAX_VALUE} if there is none
   * @param usedBytes what the group uses, less the file cache that the kernel drops first
   * @param group the directory of that group; empty if there is no limit
   */
  public record MemoryGroup(long limitBytes, long usedBytes, Optional<Path> group) {
    /** No group limits this process. */
    static final MemoryGroup UNLIMITED = new MemoryGroup(Long.MAX_VALUE, 0, Optional.empty());
  }

  /** How a version of cgroups names things. */
  private enum Version {
    V1(
        "memory.usage_in_bytes",
        "total_inactive_file",
        "total_active_file",
        "memory.limit_in_bytes"),
    // Above "high" the kernel slows a group down until it stands still: as good as a limit.
    V2("memory.current", "inactive_file", "active_file", "memory.max", "memory.high");

    final String usage;
    final String droppable;
    final String cached;
    final List<String> limits;

    Version(String usage, String droppable, String cached, String... limits) {
      this.usage = usage;
      this.droppable = droppable;
      this.cached = cached;
      this.limits = List.of(limits);
    }

    boolean isMount(String type, String options) {
      return this == V2
          ? type.equals("cgroup2")
          : type.equals("cgroup") && Arrays.asList(options.split(",")).contains("memory");
    }

    boolean isMembership(String controllers) {
      return this == V2
          ? controllers.isEmpty()
          : Arrays.asList(controllers.split(",")).contains("memory");
    }
  }

  /** The group whose limit is the smallest. */
  public MemoryGroup tightest() {
    MemoryGroup v1 = tightest(Version.V1);
    MemoryGroup v2 = tightest(Version.V2);
    return v1.limitBytes <= v2.limitBytes ? v1 : v2;
  }

  private MemoryGroup tightest(Version version) {
    MemoryGroup tightest = MemoryGroup.UNLIMITED;
    for (Path group : groups(version)) {
      long limitBytes = limitBytes(version, group);
      if (limitBytes < tightest.limitBytes) {
        tightest = new MemoryGroup(limitBytes, usedBytes(version, group), Optional.of(group));
      }
    }
    return tightest;
  }

  /** From its own group up to the top; none if this version does not count memory. */
  private List<Path> groups(Version version) {
    List<Path> groups = new ArrayList<>();
    Optional<Mount> mount = mount(version);
    Optional<String> membership = membership(version);
    if (mount.isPresent() && membership.isPresent()) {
      Path top = mount.get().directory;
      for (@Nullable Path group = mount.get().directoryOf(membership.get());
          group != null && group.startsWith(top);
          group = group.getParent()) {
        groups.add(group);
      }
    }
    return groups;
  }

  /**
   * How short memory is in the groups: of the one with the least room for its limit. Files that are
   * cached make room; how long threads have waited is counted for the process' own group.
   */
  public Level pressure() {
    Level v1 = pressure(Version.V1);
    Level v2 = pressure(Version.V2);
    return roomPart(v1) <= roomPart(v2) ? v1 : v2;
  }

  private Level pressure(Version version) {
    List<Path> groups = groups(version);
    Level shortest = Level.NONE;
    long limitHits = 0;
    for (Path group : groups) {
      limitHits += limitHits(version, group);
      Level level = level(version, group);
      shortest = roomPart(level) < roomPart(shortest) ? level : shortest;
    }
    if (shortest.equals(Level.NONE)) {
      return shortest;
    }
    long stalledNanos = StalledTime.nanos(groups.getFirst().resolve(PRESSURE));
    return new Level(
        shortest.bytes(), shortest.freeBytes(), shortest.roomBytes(), stalledNanos, limitHits);
  }

  private static double roomPart(Level level) {
    return (double) level.roomBytes() / level.bytes();
  }

  private static Level level(Version version, Path group) {
    long limitBytes = limitBytes(version, group);
    if (limitBytes == Long.MAX_VALUE) {
      return Level.NONE;
    }
    long usedBytes = number(group.resolve(version.usage)).orElse(0);
    long freeBytes = Math.max(0, limitBytes - usedBytes);
    long cachedBytes = statistic(group, version.droppable) + statistic(group, version.cached);
    return new Level(
        limitBytes, freeBytes, Math.min(limitBytes, limitBytes - usedBytes + cachedBytes), 0, 0);
  }

  /** How often a limit of this group kept it from growing, so that something had to leave. */
  private static long limitHits(Version version, Path group) {
    if (version == Version.V1) {
      return number(group.resolve("memory.failcnt")).orElse(0);
    }
    return numberBehind("high", group.resolve("memory.events"))
        + numberBehind("max", group.resolve("memory.events"));
  }

  private static long limitBytes(Version version, Path group) {
    return version.limits.stream()
        .map(group::resolve)
        .mapToLong(file -> number(file).orElse(Long.MAX_VALUE))
        .map(limit -> limit >= NO_LIMIT_FROM ? Long.MAX_VALUE : limit)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private static long usedBytes(Version version, Path group) {
    long used = number(group.resolve(version.usage)).orElse(0);
    return Math.max(0, used - statistic(group, version.droppable));
  }

  private static long statistic(Path group, String name) {
    return numberBehind(name, group.resolve("memory.stat"));
  }

  /** From lines such as {@code inactive_file 4096}; 0 if there is none of that name. */
  private static long numberBehind(String name, Path file) {
    return lines(file).stream()
        .map(line -> line.split(" "))
        .filter(words -> words.length == 2 && words[0].equals(name))
        .mapToLong(words -> parse(words[1]))
        .findFirst()
        .orElse(0);
  }

  /**
   * Where a hierarchy is mounted.
   *
   * @param top the group that is mounted: {@code /} unless only a part is shown, as in containers
   * @param directory where it is mounted
   */
  private record Mount(String top, Path directory) {
    Path directoryOf(String group) {
      boolean below = group.equals(top) || group.startsWith(top.equals("/") ? "/" : top + "/");
      String relative = below ? group.substring(top.equals("/") ? 0 : top.length()) : "";
      Path path = directory.resolve(relative.replaceFirst("^/+", "")).normalize();
      // A group outside of what is mounted shows as "/../other": then what is mounted has to do.
      return path.startsWith(directory) ? path : directory;
    }
  }

  /**
   * From a line such as {@code 35 28 0:30 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw}: the
   * fourth and fifth word, and behind the dash the type and the options of the file system.
   */
  private Optional<Mount> mount(Version version) {
    for (String line : lines(root.resolve("proc/self/mountinfo"))) {
      String[] halves = line.split(" - ", 2);
      String[] words = halves[0].split(" ");
      String[] system = halves.length == 2 ? halves[1].split(" ") : new String[0];
      if (words.length >= 5 && system.length >= 3 && version.isMount(system[0], system[2])) {
        return Optional.of(new Mount(words[3], root.resolve(words[4].substring(1))));
      }
    }
    return Optional.empty();
  }

  /** From a line such as {@code 4:memory:/user/shell} or {@code 0::/user/shell}. */
  private Optional<String> membership(Version version) {
    return lines(root.resolve("proc/self/cgroup")).stream()
        .map(line -> line.split(":", 3))
        .filter(words -> words.length == 3 && version.isMembership(words[1]))
        .map(words -> words[2])
        .findFirst();
  }

  private static OptionalLong number(Path file) {
    List<String> lines = lines(file);
    return lines.isEmpty() || lines.getFirst().equals("max")
        ? OptionalLong.empty()
        : OptionalLong.of(parse(lines.getFirst()));
  }

  /** A number too large for a long means no limit. */
  private static long parse(String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  /** The lines of a file; none if it is not there or not for us, which both mean no limit. */
  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
