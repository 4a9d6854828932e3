package io.elasticmemory.samples.stat;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.CountersLayout;
import io.elasticmemory.counters.ShardCounters;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The counters of a space that another process has open, seen through its descriptors: the kernel
 * lets a user look at those of his own processes, and root at all. Nothing is asked of the process
 * or of its pager, which need not even be able to answer. For one thread.
 */
public final class ObservedSpace implements AutoCloseable {
  private static final Path PROC = Path.of("/proc");
  private static final String COUNTERS = "/memfd:emp-counters (deleted)";
  private static final String INODE = "unix:ino";

  private final Path descriptor;
  private final Object inode;
  private final Instant opened;
  private final Arena arena;
  private final ShardCounters counters;
  private final Counters first;
  private final int shards;

  private ObservedSpace(
      Path descriptor, Object inode, Instant opened, Arena arena, MemorySegment pages) {
    this.descriptor = descriptor;
    this.inode = inode;
    this.opened = opened;
    this.arena = arena;
    counters = new ShardCounters(pages);
    first = counters.of(0);
    shards = (int) (pages.byteSize() / CountersLayout.PAGE_BYTES);
  }

  /**
   * The spaces that a process has open; a pager shows the space it serves.
   *
   * @throws EmpException if there is none, or it may not be looked at, in one line with the way out
   */
  public static List<ObservedSpace> of(long pid) {
    Path process = PROC.resolve(Long.toString(pid));
    if (!Files.isDirectory(process)) {
      throw new EmpException(Kind.PATH, "there is no process " + pid + "; jps lists those of Java");
    }
    List<ObservedSpace> spaces = new ArrayList<>();
    try {
      openAll(process.resolve("fd"), spaces);
    } catch (AccessDeniedException e) {
      throw new EmpException(Kind.PLATFORM, mayNotLookAt(process, pid), e);
    } catch (NoSuchFileException e) {
      throw new EmpException(Kind.PATH, "process " + pid + " has just ended", e);
    } catch (IOException e) {
      throw new EmpException(
          Kind.PLATFORM, "process %d cannot be looked at: %s".formatted(pid, e.getMessage()), e);
    } finally {
      spaces.removeIf(ObservedSpace::closeIfUnopened);
    }
    if (spaces.isEmpty()) {
      throw new EmpException(
          Kind.PATH,
          "process %d has no space open; give the pid of the Java program that has".formatted(pid));
    }
    return spaces;
  }

  private static String mayNotLookAt(Path process, long pid) {
    String owner;
    try {
      owner = Files.getOwner(process).getName();
    } catch (IOException e) {
      owner = "another user";
    }
    return "process %d may not be looked at: it belongs to %s; run this as that user, or as root"
        .formatted(pid, owner);
  }

  private static void openAll(Path descriptors, List<ObservedSpace> into) throws IOException {
    Set<Object> seen = new HashSet<>();
    try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
      for (Path link : links) {
        if (isCounters(link) && seen.add(Files.getAttribute(link, INODE))) {
          into.add(open(link));
        }
      }
    }
  }

  private static boolean isCounters(Path link) throws IOException {
    try {
      return Files.readSymbolicLink(link).toString().equals(COUNTERS);
    } catch (NoSuchFileException e) {
      return false; // closed since it was listed
    }
  }

  private static ObservedSpace open(Path link) throws IOException {
    Arena arena = Arena.ofConfined();
    try (FileChannel file = FileChannel.open(link, StandardOpenOption.READ)) {
      MemorySegment pages = file.map(MapMode.READ_ONLY, 0, file.size(), arena);
      requireKnown(pages);
      Instant opened = Files.getLastModifiedTime(link).toInstant();
      return new ObservedSpace(link, Files.getAttribute(link, INODE), opened, arena, pages);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static void requireKnown(MemorySegment pages) {
    try {
      CountersLayout.check(pages);
    } catch (IllegalArgumentException e) {
      throw new EmpException(Kind.PATH, e.getMessage() + "; use the emp command of its version", e);
    }
  }

  private boolean closeIfUnopened() {
    boolean unopened = first.pagerPid() == 0;
    if (unopened) {
      close();
    }
    return unopened;
  }

  /** Whether the process still has the space open. */
  public boolean isOpen() {
    try {
      return inode.equals(Files.getAttribute(descriptor, INODE));
    } catch (IOException e) {
      return false;
    }
  }

  /** What has been counted by now; empty once the space is closed. */
  public Optional<Counted> count() {
    double seconds = Duration.between(opened, Instant.now()).toNanos() / 1e9;
    Counted counted = Counted.of(counters, shards, seconds);
    return isOpen() ? Optional.of(counted) : Optional.empty();
  }

  @Override
  public void close() {
    arena.close();
  }
}
