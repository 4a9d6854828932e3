package io.elasticmemory.samples.prove.chaos;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.stat.Counted;
import io.elasticmemory.samples.stat.ObservedSpace;
import io.elasticmemory.wire.BlockTableLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What can be seen of a program's space from outside, in memory that outlives its pagers: who
 * serves it, and which exporters are not believed. For one thread.
 */
final class SpaceView implements AutoCloseable {
  private static final String TABLE = "/memfd:emp-table (deleted)";
  private static final int HEADER_BYTES = 4096;

  /** More than a path of {@link RoundSetting} has. */
  private static final int DONORS_MAX = 8;

  private final Arena arena = Arena.ofConfined();
  private final ObservedSpace counters;
  private final MemorySegment table;

  /** Of the one space that a process has open. */
  SpaceView(long pid) throws IOException {
    counters = ObservedSpace.of(pid).getFirst();
    try {
      table = map(Path.of("/proc", Long.toString(pid), "fd"), arena);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private static MemorySegment map(Path descriptors, Arena arena) throws IOException {
    try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
      for (Path link : links) {
        if (isTable(link)) {
          try (FileChannel file = FileChannel.open(link, StandardOpenOption.READ)) {
            return file.map(MapMode.READ_ONLY, 0, HEADER_BYTES, arena);
          }
        }
      }
    }
    throw new NoSuchFileException(descriptors + " has no " + TABLE);
  }

  private static boolean isTable(Path link) throws IOException {
    try {
      return Files.readSymbolicLink(link).toString().equals(TABLE);
    } catch (NoSuchFileException e) {
      return false; // closed since it was listed
    }
  }

  /**
   * One look.
   *
   * @param pagerPid who serves, or did last
   * @param bytesRebuilt what was copied to exporters that came back, since the opening
   * @param isDoubted whether an exporter of a pair is not believed
   */
  record Look(long pagerPid, long bytesRebuilt, boolean isDoubted) {}

  /** Looks; the last look again if the space has been closed. */
  Look look(Look last) {
    return counters.count().map(this::of).orElse(last);
  }

  private Look of(Counted counted) {
    return new Look(
        counted.pagerPid(), counted.get(Counter.bytesRebuilt), isDoubted(counted.shards()));
  }

  private boolean isDoubted(int shards) {
    for (int donor = 0; donor < DONORS_MAX; donor++) {
      for (int shard = 0; shard < shards; shard++) {
        for (int side = 0; side < BlockTableLayout.SIDES; side++) {
          if (BlockTableLayout.isDoubted(table, donor, shard, side)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  @Override
  public void close() {
    counters.close();
    arena.close();
  }
}
