package io.elasticmemory.tiering.sim;

import io.elasticmemory.wire.Geometry;
import java.util.ArrayList;
import java.util.List;

/**
 * Threads of which each does one thing: writes a word, or reads some pages, every word of which
 * must be the model's. Who is woken goes on at the pager's next call.
 */
final class Visitors {
  private final World world;
  private final Geometry geometry;
  private final List<Visit> visits = new ArrayList<>();
  private long versions;

  private final class Visit {
    private final SimThread thread;
    private final boolean write;
    private final long end;
    private long at;

    Visit(SimThread thread, boolean write, long at, long end) {
      this.thread = thread;
      this.write = write;
      this.at = at;
      this.end = end;
    }

    void go() {
      while (at < end && !thread.waiting) {
        if (!world.kernel.access(thread, at, write, world.clock.nanoTime())) {
          note(write ? "thread %2$d waits to write byte %3$d of block %1$d" : WAITS_TO_READ, 0);
          return;
        }
        compare();
        if (write) {
          store();
        }
        at += world.kernel.pageBytes();
      }
    }

    private void compare() {
      long page = at & -world.kernel.pageBytes();
      for (long word = page; word < page + world.kernel.pageBytes(); word += Long.BYTES) {
        if (world.kernel.load(word) != world.model.word(word)) {
          throw new SimFailure(
              "thread %d finds %d in word %d of block %d, and should find %d"
                  .formatted(
                      thread.id,
                      world.kernel.load(word),
                      word % geometry.blockBytes() / Long.BYTES,
                      geometry.blockOf(word),
                      world.model.word(word)),
              geometry.blockOf(word));
        }
      }
    }

    private void store() {
      note("thread %2$d writes %4$d to byte %3$d of block %1$d", ++versions);
      world.kernel.store(at, versions);
      world.model.write(at, versions);
    }

    private void note(String format, long value) {
      int inBlock = (int) at % geometry.blockBytes();
      world.trace.add(format, geometry.blockOf(at), thread.id, inBlock, value);
    }
  }

  private static final String WAITS_TO_READ = "thread %2$d waits to read byte %3$d of block %1$d";

  Visitors(World world) {
    this.world = world;
    geometry = world.geometry;
  }

  /** A thread is about to write a word of a subblock, in the middle of its last page. */
  void write(int block, int subblock) {
    long end = geometry.offsetOf(block, subblock) + geometry.subblockBytes();
    begin(true, end - world.kernel.pageBytes() / 2, end);
  }

  /** A thread is about to read all of a block. */
  void read(int block) {
    begin(false, geometry.offsetOf(block), geometry.offsetOf(block) + geometry.blockBytes());
  }

  private void begin(boolean write, long at, long end) {
    visits.removeIf(visit -> visit.at >= visit.end);
    int free = 0;
    while (isBusy(world.kernel.thread(free))) {
      free++;
    }
    visits.add(new Visit(world.kernel.thread(free), write, at, end));
  }

  private boolean isBusy(SimThread thread) {
    return visits.stream().anyMatch(visit -> visit.thread == thread);
  }

  /** Whoever does not wait goes on as far as the kernel lets him. */
  void go() {
    for (int i = 0; i < visits.size(); i++) {
      visits.get(i).go();
    }
  }

  /** True when all have done what they came for. */
  boolean areDone() {
    for (Visit visit : visits) {
      if (visit.at < visit.end) {
        return false;
      }
    }
    return true;
  }

  /** What each has still to do. */
  void print(Fingerprint print) {
    print.add(versions);
    for (Visit visit : visits) {
      if (visit.at < visit.end) {
        print.add(visit.at * 2 + (visit.write ? 1 : 0));
      }
    }
  }
}
