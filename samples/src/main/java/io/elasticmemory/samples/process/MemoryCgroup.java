package io.elasticmemory.samples.process;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A memory cgroup of our own, of version 1 or 2, that is removed when it is closed. Only root can
 * make one.
 */
public final class MemoryCgroup implements AutoCloseable {
  private static final Path MOUNTS = Path.of("/proc/self/mounts");
  private static final String CONTROLLERS = "cgroup.subtree_control";
  private static final String V1_KERNEL = "memory.kmem.usage_in_bytes";
  private static final int REMOVAL_TRIES_MAX = 200;
  private static final int REMOVAL_STEP_MILLIS = 10;

  private final Version version;
  private final Path directory;
  private final Workplace.Made made;

  private MemoryCgroup(Version version, Path directory, Workplace.Made made) {
    this.version = version;
    this.directory = directory;
    this.made = made;
  }

  /** What the two versions call things. */
  public enum Version {
    V1("memory.limit_in_bytes", "memory.usage_in_bytes", "rss"),
    V2("memory.max", "memory.current", "anon");

    private final String limit;
    private final String usage;
    private final String anonymous;

    Version(String limit, String usage, String anonymous) {
      this.limit = limit;
      this.usage = usage;
      this.anonymous = anonymous;
    }
  }

  /**
   * Where memory cgroups can be made.
   *
   * @param top their top directory
   */
  public record Hierarchy(Version version, Path top) {
    /** Of this machine: where the controller of memory is, be it in version 1 or 2. */
    public static Optional<Hierarchy> find() throws IOException {
      return find(Files.readAllLines(MOUNTS));
    }

    /** Of a machine with these lines of {@code /proc/mounts}. */
    public static Optional<Hierarchy> find(List<String> mounts) {
      for (String mount : mounts) {
        String[] words = mount.split(" ");
        boolean isV1 = words[2].equals("cgroup") && List.of(words[3].split(",")).contains("memory");
        if (isV1) {
          return Optional.of(new Hierarchy(Version.V1, Path.of(words[1])));
        }
      }
      for (String mount : mounts) {
        String[] words = mount.split(" ");
        if (words[2].equals("cgroup2")) {
          return Optional.of(new Hierarchy(Version.V2, Path.of(words[1])));
        }
      }
      return Optional.empty();
    }

    /** Why no group can be made here; empty if one can. */
    public Optional<String> obstacle() throws IOException {
      if (!Files.isWritable(top)) {
        return Optional.of("memory cgroups need root: " + top + " cannot be written");
      }
      if (version == Version.V2
          && !Files.readString(top.resolve("cgroup.controllers")).contains("memory")) {
        return Optional.of(top + " has no controller of memory; give it to this container");
      }
      return Optional.empty();
    }
  }

  /** Makes one. */
  public static MemoryCgroup create(Workplace workplace, Hierarchy hierarchy) throws IOException {
    Path directory =
        hierarchy.top.resolve(
            "emp-cgroup-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
    Workplace.Made made = workplace.make(new Directory(hierarchy, directory));
    return new MemoryCgroup(hierarchy.version, directory, made);
  }

  /** The command, started in this group. */
  public List<String> starting(List<String> command) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\""));
    words.add(directory.resolve("cgroup.procs").toString());
    words.addAll(command);
    return words;
  }

  /**
   * Memory of programs and of the kernel on their behalf, without the page cache: files they have
   * read are given up first.
   */
  public long unreclaimableBytes() throws IOException {
    long kernelBytes =
        version == Version.V1
            ? Long.parseLong(Files.readString(directory.resolve(V1_KERNEL)).strip())
            : statistic("kernel");
    return kernelBytes + statistic(version.anonymous);
  }

  /** All memory but cached files. */
  public long usedBytes() throws IOException {
    long used = Long.parseLong(Files.readString(directory.resolve(version.usage)).strip());
    return used - statistic("inactive_file") - statistic("active_file");
  }

  private long statistic(String name) throws IOException {
    return Files.readAllLines(directory.resolve("memory.stat")).stream()
        .filter(line -> line.startsWith(name + " "))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IOException(directory + "/memory.stat has no " + name));
  }

  /** Sets the limit. What is used beyond it leaves now. */
  public void limit(long bytes) throws IOException {
    Files.writeString(directory.resolve(version.limit), Long.toString(bytes));
  }

  /** Where its files are. */
  public Path directory() {
    return directory;
  }

  /** Ends what still runs in it, and removes it. */
  @Override
  public void close() throws IOException {
    made.close();
  }

  /** Its directory, and in version 2 the controller that it needs. */
  private static final class Directory implements Workplace.Change {
    private final Hierarchy hierarchy;
    private final Path directory;
    private final Path controllers;
    private boolean broughtController;

    Directory(Hierarchy hierarchy, Path directory) {
      this.hierarchy = hierarchy;
      this.directory = directory;
      this.controllers = hierarchy.top.resolve(CONTROLLERS);
    }

    @Override
    public void make() throws IOException {
      if (hierarchy.version == Version.V2 && !Files.readString(controllers).contains("memory")) {
        Files.writeString(controllers, "+memory");
        broughtController = true;
      }
      Files.createDirectory(directory);
    }

    @Override
    public void undo() throws IOException {
      remove();
      if (broughtController) {
        Files.writeString(controllers, "-memory");
      }
    }

    private void remove() throws IOException {
      for (int i = 0; i < REMOVAL_TRIES_MAX; i++) {
        if (!Files.exists(directory)) {
          return;
        }
        endProcesses();
        dropCache();
        try {
          Files.deleteIfExists(directory);
        } catch (FileSystemException e) {
          sleep();
        }
      }
      if (Files.exists(directory)) {
        throw new IOException(
            directory + " is busy and stays; end the processes in it and remove it with rmdir");
      }
    }

    private void endProcesses() throws IOException {
      for (String pid : Files.readAllLines(directory.resolve("cgroup.procs"))) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
      }
    }

    /** Otherwise what the group has read would stay until memory is short (version 1 only). */
    private void dropCache() {
      if (hierarchy.version == Version.V1) {
        try {
          Files.writeString(directory.resolve("memory.force_empty"), "0");
        } catch (IOException e) {
          // Busy, or not there: it costs memory for a while.
        }
      }
    }

    private static void sleep() {
      try {
        Thread.sleep(REMOVAL_STEP_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
