package io.elasticmemory.tiering.failpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file of failpoints, as the test uses it that holds pagers. */
public final class Failpoints {
  private final MemorySegment file;

  private Failpoints(MemorySegment file) {
    this.file = file;
  }

  /**
   * Makes a new file, at which nobody is held.
   *
   * @param path absolute, for {@link Failpoint#VARIABLE} of the program whose pagers are held
   */
  public static Failpoints create(Path path) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      MemorySegment file =
          channel.map(MapMode.READ_WRITE, 0, FailpointsLayout.BYTES, Arena.ofAuto());
      FailpointsLayout.format(file);
      return new Failpoints(file);
    }
  }

  /** A file that somebody else has made, for as long as this process lives. */
  static MemorySegment map(Path path) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment file = channel.map(MapMode.READ_WRITE, 0, channel.size(), Arena.global());
      FailpointsLayout.check(file);
      return file;
    }
  }

  /**
   * Has the serving pager held there.
   *
   * @param passage which time it comes by from now on; from 1
   */
  public void arm(Failpoint point, long passage) {
    if (passage < 1) {
      throw new IllegalArgumentException("passage " + passage + " is none, the first is 1");
    }
    FailpointsLayout.set(file, point, passage);
  }

  /** The process that is held there, 0 if none is. */
  public long held(Failpoint point) {
    return Math.max(0, -FailpointsLayout.get(file, point));
  }

  /** Lets go who is held there, and holds nobody any more. */
  public void release(Failpoint point) {
    FailpointsLayout.set(file, point, 0);
  }
}
