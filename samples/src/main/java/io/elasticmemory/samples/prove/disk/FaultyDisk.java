package io.elasticmemory.samples.prove.disk;

import io.elasticmemory.EmpException;
import io.elasticmemory.samples.process.CProgram;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * A directory for one spill file, on a file system of its own in user space, which does to each
 * transfer what its {@link DiskWeather} says. The bytes are in an ordinary file beside it. For any
 * thread.
 */
public final class FaultyDisk implements AutoCloseable {
  private static final Path FUSE = Path.of("/dev/fuse");

  private final Path directory;
  private final FileChannel store;
  private final DiskFaults faults;
  private final FuseConnection connection;

  private FaultyDisk(
      Path directory, FileChannel store, DiskFaults faults, FuseConnection connection) {
    this.directory = directory;
    this.store = store;
    this.faults = faults;
    this.connection = connection;
  }

  /** Whether one can be mounted here: by root, where there are /dev/fuse and a C compiler. */
  public static boolean isPossible() {
    return isRoot() && Files.exists(FUSE) && CProgram.isPossible();
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * Mounts one, in calm weather.
   *
   * @param workplace where it makes a directory {@code disk}, in which the spill file belongs, and
   *     a file for the bytes; at its end it is unmounted at the latest
   * @param bytesMax how long the file may get
   * @param delay of what is slow
   * @throws EmpException of kind PLATFORM if it cannot be mounted here
   */
  public static FaultyDisk mount(Workplace workplace, long bytesMax, Duration delay)
      throws IOException {
    Path directory = Files.createDirectory(workplace.directory().resolve("disk"));
    DiskFaults faults = new DiskFaults(delay);
    FileChannel store =
        FileChannel.open(
            workplace.directory().resolve("disk.bytes"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      FaultyFile file = new FaultyFile(store, bytesMax, faults);
      FuseConnection connection = FuseConnection.mount(workplace, directory, file);
      return new FaultyDisk(directory, store, faults, connection);
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** Where a spill file may be made. */
  public Path directory() {
    return directory;
  }

  /** What becomes of transfers from now on. */
  public void weather(DiskWeather next) {
    faults.weather(next);
  }

  /** How often a fault has happened. */
  public long injected(DiskFault fault) {
    return faults.count(fault);
  }

  /** Answers all that is stuck. */
  public void release() {
    faults.release();
  }

  /** Unmounts it; whoever still waits for it gets an error. */
  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } finally {
      // Only now: what is stuck here is waited for by nobody any more.
      release();
      store.close();
    }
  }
}
