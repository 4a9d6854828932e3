package io.elasticmemory.samples.upgrade;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.wire.NextPagerLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a space of another process says how its next pager is started, see {@link NextPagerLayout}.
 * Whoever has it open is the only one: a lock sees to that.
 */
final class NextPagerFile implements AutoCloseable {
  private static final String LINK = "/memfd:" + NextPagerLayout.NAME + " (deleted)";

  private final FileChannel file;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment text;

  private NextPagerFile(FileChannel file) throws IOException {
    this.file = file;
    text = file.map(MapMode.READ_WRITE, 0, NextPagerLayout.BYTES, arena);
  }

  /**
   * Those of a process that may be looked at.
   *
   * @throws EmpException if there are none, or somebody else is at it
   */
  static List<NextPagerFile> of(long pid) {
    List<NextPagerFile> files = new ArrayList<>();
    try (DirectoryStream<Path> links =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path link : links) {
        if (isOne(link)) {
          files.add(open(pid, link));
        }
      }
    } catch (IOException e) {
      files.forEach(NextPagerFile::close);
      throw new EmpException(
          Kind.PLATFORM, "process %d cannot be told of another pager: %s".formatted(pid, e), e);
    } catch (RuntimeException e) {
      files.forEach(NextPagerFile::close);
      throw e;
    }
    if (files.isEmpty()) {
      throw new EmpException(
          Kind.PATH,
          ("process %d cannot be given another pager: its own build of EMP knows nothing of that,"
                  + " or there was no /bin/sh when it opened its space; start it anew")
              .formatted(pid));
    }
    return files;
  }

  private static boolean isOne(Path link) {
    try {
      return Files.readSymbolicLink(link).toString().equals(LINK);
    } catch (IOException e) {
      return false; // closed since it was listed
    }
  }

  private static NextPagerFile open(long pid, Path link) throws IOException {
    FileChannel file = FileChannel.open(link, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (lock(file) == null) {
        throw new EmpException(
            Kind.PATH,
            "process %d is just being given another pager by somebody else; wait for that"
                .formatted(pid));
      }
      return new NextPagerFile(file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** It is given back when the file is closed, or the process ends. */
  private static @Nullable FileLock lock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // in this very process
    }
  }

  /**
   * From now on the next pager is started so.
   *
   * @throws EmpException if the command cannot be written there
   */
  void write(List<String> command) {
    try {
      NextPagerLayout.write(text, command);
    } catch (IllegalArgumentException e) {
      throw new EmpException(
          Kind.PATH, e.getMessage() + "; put the build into a directory with a shorter name", e);
    }
  }

  @Override
  public void close() {
    arena.close();
    try {
      file.close();
    } catch (IOException e) {
      // What was written is there.
    }
  }
}
