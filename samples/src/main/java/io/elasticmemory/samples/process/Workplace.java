package io.elasticmemory.samples.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A directory and processes that are gone afterwards, whatever happens: when it is closed, when
 * this program ends by itself, and when it is ended by Ctrl-C or SIGTERM. For any thread.
 */
public final class Workplace implements AutoCloseable {
  private static final Duration END_MAX = Duration.ofSeconds(5);
  private static final long DELETE_AGAIN_NANOS = 50_000_000L;

  private final Path directory;
  private final List<Started> processes = new ArrayList<>();
  private final List<Made> changes = new ArrayList<>();
  private final Thread hook = new Thread(this::clear, "workplace-end");
  private volatile boolean closed;

  private Workplace(Path directory) {
    this.directory = directory;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** A new directory in {@code parent}, with a name nobody else has. */
  public static Workplace create(Path parent) throws IOException {
    return new Workplace(Files.createTempDirectory(parent, "emp-"));
  }

  /**
   * A new directory where spill files may be: not on {@code /tmp} if there is another place,
   * because that is often memory.
   */
  public static Workplace create() throws IOException {
    Path onDisk = Path.of("/var/tmp");
    return create(
        Files.isWritable(onDisk) ? onDisk : Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** The directory. */
  public Path directory() {
    return directory;
  }

  /** Whether what was started here is being ended, or has been. */
  public boolean isClosed() {
    return closed;
  }

  /** A process, and how long it may take to end when it is asked to. */
  private record Started(Process process, Duration patience) {}

  /** Starts a process that does not outlive this workplace. */
  public Process start(ProcessBuilder builder) throws IOException {
    return start(builder, END_MAX);
  }

  /**
   * The same with one that has something of its own to clear away.
   *
   * @param patience how long it may take to end when it is asked to; then it is killed
   */
  public synchronized Process start(ProcessBuilder builder, Duration patience) throws IOException {
    if (closed) {
      throw new IOException("the program is ending; nothing is started any more");
    }
    Process process = builder.start();
    processes.add(new Started(process, patience));
    return process;
  }

  /** Something done to the machine that must not outlive this program. */
  public interface Change {
    /** Does it. When it fails, it is undone. */
    void make() throws IOException;

    /** Undoes what of it was done; nothing, if nothing was. */
    void undo() throws IOException;
  }

  /**
   * Makes a change that is undone when the result is closed, at the latest with this workplace:
   * after its processes have ended and before its directory is deleted, the last change first.
   */
  public synchronized Made make(Change change) throws IOException {
    if (closed) {
      throw new IOException("the program is ending; nothing is changed any more");
    }
    Made made = new Made(change);
    changes.add(made);
    try {
      change.make();
    } catch (IOException | RuntimeException e) {
      undo(made);
      throw e;
    }
    return made;
  }

  /** A change that was made. Closing twice is harmless. */
  public final class Made implements AutoCloseable {
    private final Change change;

    private Made(Change change) {
      this.change = change;
    }

    @Override
    public void close() throws IOException {
      synchronized (Workplace.this) {
        if (changes.contains(this)) {
          // What fails is tried again when the workplace is closed.
          change.undo();
          changes.remove(this);
        }
      }
    }
  }

  @Override
  public void close() {
    clear();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook is running already, and finds nothing to do.
    }
  }

  private synchronized void clear() {
    if (closed) {
      return;
    }
    closed = true;
    // The last one started first: clients before servers.
    Collections.reverse(processes);
    processes.forEach(started -> end(started.process, started.patience));
    List.copyOf(changes).reversed().forEach(Workplace::undo);
    delete(directory);
  }

  /** The others must be undone all the same. */
  private static void undo(Made change) {
    try {
      change.close();
    } catch (IOException | RuntimeException e) {
      System.err.println("emp: something could not be undone: " + e.getMessage());
    }
  }

  /** Asks a process to end, and ends it if it does not. */
  public static void end(Process process) {
    end(process, END_MAX);
  }

  /** The same, with so much time to end by itself. */
  public static void end(Process process, Duration patience) {
    process.destroy();
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor(END_MAX.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** What has just ended may still be letting go of something there. */
  private static void delete(Path directory) {
    long end = System.nanoTime() + END_MAX.toNanos();
    while (true) {
      try {
        Files.walkFileTree(directory, new Deleting());
        return;
      } catch (IOException e) {
        if (System.nanoTime() - end > 0) {
          throw new UncheckedIOException("cannot delete " + directory + ": " + e, e);
        }
        LockSupport.parkNanos(DELETE_AGAIN_NANOS);
      }
    }
  }

  private static final class Deleting extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, java.io.IOException failure)
        throws IOException {
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
