package io.elasticmemory.samples.prove.chaos;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * A folder on a disk of its own, in memory, that can be filled. Only root can mount one; for others
 * it is a folder like any other, and is never full.
 */
final class SmallDisk implements RoundDisk {
  private static final Duration MOUNT_MAX = Duration.ofSeconds(30);
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path folder;
  private final boolean canBeFilled;

  private SmallDisk(Path folder, boolean canBeFilled) {
    this.folder = folder;
    this.canBeFilled = canBeFilled;
  }

  /** One of so many MiB, gone with the workplace. */
  static SmallDisk in(Workplace workplace, int mib) throws IOException {
    Path folder = Files.createTempDirectory(workplace.directory(), "disk");
    if (!isRoot(workplace)) {
      return new SmallDisk(folder, false);
    }
    workplace.make(new Mount(workplace, folder, mib));
    return new SmallDisk(folder, true);
  }

  private static boolean isRoot(Workplace workplace) throws IOException {
    return run(workplace, "id", "-u").out().strip().equals("0");
  }

  private static Child.Ended run(Workplace workplace, String... command) throws IOException {
    return Child.start(workplace, new ProcessBuilder(command)).await(MOUNT_MAX);
  }

  private record Mount(Workplace workplace, Path folder, int mib) implements Workplace.Change {
    @Override
    public void make() throws IOException {
      Child.Ended ended =
          run(workplace, "mount", "-t", "tmpfs", "-o", "size=" + mib + "m", "none", "" + folder);
      if (ended.exitCode() != 0) {
        throw new IOException("cannot mount a tmpfs at " + folder + ": " + ended.describe());
      }
    }

    /** The workplace starts nothing any more when it comes to this. */
    @Override
    public void undo() throws IOException {
      Process unmount = new ProcessBuilder(List.of("umount", "-l", folder.toString())).start();
      try {
        unmount.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean can(Harm harm) {
    return canBeFilled && harm == Harm.FILL_DISK;
  }

  @Override
  public Path file(String name) {
    return folder.resolve(name);
  }

  /** Leaves no byte of room. */
  @Override
  public void harm(Harm harm) {
    try (FileChannel balloon =
        FileChannel.open(balloon(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
      while (balloon.write(chunk.clear()) > 0) {
        // Until there is no room.
      }
    } catch (IOException e) {
      // Full, as it should be.
    }
  }

  /** Gives the room back. */
  @Override
  public void heal() throws IOException {
    Files.deleteIfExists(balloon());
  }

  /** It goes with the workplace. */
  @Override
  public void close() {}

  private Path balloon() {
    return file("balloon");
  }
}
