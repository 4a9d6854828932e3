package io.elasticmemory.samples.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** A group of processes with a limit of its own, for root, where the kernel has version one. */
public final class CgroupV1 {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final int ATTEMPTS_MAX = 100;
  private static final long PAUSE_NANOS = 100_000_000;

  private final Path folder;

  private CgroupV1(Path folder) {
    this.folder = folder;
  }

  /** A new group, gone with the workplace; empty where this process may not make one. */
  public static Optional<CgroupV1> create(Workplace workplace, String controller)
      throws IOException {
    Path all = ROOT.resolve(controller);
    if (!Files.isWritable(all.resolve("cgroup.procs"))) {
      return Optional.empty();
    }
    Path folder = all.resolve("emp-test-" + UUID.randomUUID());
    workplace.make(new Folder(folder));
    return Optional.of(new CgroupV1(folder));
  }

  private record Folder(Path path) implements Workplace.Change {
    @Override
    public void make() throws IOException {
      Files.createDirectory(path);
    }

    /** The processes that were in it end about now. */
    @Override
    public void undo() throws IOException {
      for (int attempt = 1; ; attempt++) {
        try {
          Files.deleteIfExists(path);
          return;
        } catch (IOException e) {
          if (attempt == ATTEMPTS_MAX) {
            throw e;
          }
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    }
  }

  /** Moves a process into it, with all its threads. */
  public void take(long pid) throws IOException {
    write("cgroup.procs", Long.toString(pid));
  }

  /** Sets one of its files, such as {@code pids.max}. */
  public void write(String name, String value) throws IOException {
    Files.writeString(folder.resolve(name), value);
  }

  /** Reads one of its files. */
  public String read(String name) throws IOException {
    return Files.readString(folder.resolve(name)).strip();
  }
}
