package io.elasticmemory.tiering.store;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Transfers at random while connections are cut, exporters fall silent and lost bytes land late. A
 * model knows what every place may hold. What must be: each transfer ends once; a read that is DONE
 * has the place's bytes; a write that has ended changes nothing any more.
 */
class ExporterDonorRandomTest {
  private static final int SEEDS = 40;
  private static final int STEPS = 1_000;
  private static final int PLACES = 16;
  private static final int PLACE_BYTES = 4 << 10;

  /** What a place holds when a write of it has ended other than DONE. */
  private static final long UNDEFINED = Long.MIN_VALUE;

  @Test
  void neverLiesAboutABlockAndNeverWritesLate() {
    long first = Long.getLong("emp.seed", System.nanoTime());
    System.out.println("ExporterDonorRandomTest -Demp.seed=" + first);
    int done = 0;
    for (long seed = first; seed < first + SEEDS; seed++) {
      done += new World(seed).run();
    }
    System.out.println("ExporterDonorRandomTest: " + done + " transfers done");
    assertThat(done).isGreaterThan(200 * SEEDS);
  }

  private static final class World {
    private final long seed;
    private final SplittableRandom random;
    private final FakeExporter exporter = new FakeExporter(1);
    private final Poller poller = exporter.openPoller();
    private final ExporterDonor donor;
    private final MemorySegment frames = Arena.ofAuto().allocate(PLACES * PLACE_BYTES, 4096);

    /** The transfer under way on each place, at most one; and whether there is one. */
    private final Transfer[] transfers = new Transfer[PLACES];

    private final boolean[] busy = new boolean[PLACES];
    private final long[] writing = new long[PLACES];
    private final long[] model = new long[PLACES];
    private long lastValue;
    private int done;

    World(long seed) {
      this.seed = seed;
      random = new SplittableRandom(seed);
      exporter.random = random.split();
      exporter.shuffles = random.nextBoolean();
      exporter.sliceBytes = random.nextBoolean() ? 1 + random.nextInt(9_000) : 1 << 30;
      WireCompression compression = random.nextBoolean() ? TestDonors.compression() : null;
      donor = TestDonors.connect(exporter, poller, TestDonors.borrowing(1), compression);
      for (int place = 0; place < PLACES; place++) {
        transfers[place] = new Transfer();
      }
    }

    int run() {
      for (int step = 0; step < STEPS; step++) {
        disturb();
        start(random.nextInt(PLACES));
        go();
      }
      exporter.answers = true;
      exporter.door = FakeExporter.Door.OPEN;
      for (int i = 0; i < 20_000 && anyBusy(); i++) {
        go();
      }
      assertThat(anyBusy()).as("seed %d: some transfer never ends", seed).isFalse();
      donor.close();
      return done;
    }

    private void disturb() {
      switch (random.nextInt(60)) {
        case 0 -> exporter.cut();
        case 1 -> exporter.answers = false;
        case 2 -> exporter.door = FakeExporter.Door.REFUSING;
        case 3, 4, 5 -> exporter.door = FakeExporter.Door.OPEN;
        case 6 -> exporter.pass(random.nextInt(3_000));
        case 7, 8, 9 -> {
          exporter.answers = true;
          exporter.serveOrphans();
        }
        default -> {}
      }
    }

    private void start(int place) {
      if (busy[place]) {
        return;
      }
      boolean write = random.nextBoolean() || model[place] == UNDEFINED;
      if (write) {
        writing[place] = ++lastValue;
        fill(place, writing[place]);
      } else {
        fill(place, -1);
      }
      long at = (long) place * PLACE_BYTES;
      transfers[place].ask(write, random.nextBoolean(), at, frames, at, PLACE_BYTES);
      busy[place] = donor.start(transfers[place]);
    }

    private void go() {
      donor.poll(this::ended);
      poller.await(random.nextInt(3_000_000));
      if (random.nextInt(8) == 0) {
        checkPlaces();
      }
    }

    private void ended(Transfer transfer) {
      int place = (int) (transfer.position() / PLACE_BYTES);
      assertThat(busy[place]).as("seed %d: place %d ended twice", seed, place).isTrue();
      busy[place] = false;
      boolean good = transfer.outcome() == Outcome.DONE;
      done += good ? 1 : 0;
      if (transfer.isWrite()) {
        model[place] = good ? writing[place] : UNDEFINED;
        frozen[place] = good ? 0 : hash(place);
      } else if (good) {
        checkFilled(frames, place, model[place]);
      }
    }

    /** What an undefined place held when its write ended: it must stay so. */
    private final long[] frozen = new long[PLACES];

    private void checkPlaces() {
      for (int place = 0; place < PLACES; place++) {
        boolean beingWritten = busy[place] && transfers[place].isWrite();
        if (!beingWritten && model[place] == UNDEFINED) {
          assertThat(hash(place))
              .as("seed %d: place %d was written after the end", seed, place)
              .isEqualTo(frozen[place]);
        } else if (!beingWritten) {
          checkFilled(exporter.memory, place, model[place]);
        }
      }
    }

    private boolean anyBusy() {
      for (boolean b : busy) {
        if (b) {
          return true;
        }
      }
      return false;
    }

    private void fill(int place, long value) {
      for (long at = 0; at < PLACE_BYTES; at += Long.BYTES) {
        frames.set(JAVA_LONG, (long) place * PLACE_BYTES + at, value);
      }
    }

    private void checkFilled(MemorySegment memory, int place, long value) {
      for (long at = 0; at < PLACE_BYTES; at += Long.BYTES) {
        if (memory.get(JAVA_LONG, (long) place * PLACE_BYTES + at) != value) {
          throw new AssertionError(
              "seed %d: place %d holds %d where %d was written"
                  .formatted(
                      seed, place, memory.get(JAVA_LONG, (long) place * PLACE_BYTES + at), value));
        }
      }
    }

    private long hash(int place) {
      long hash = 1;
      for (long at = 0; at < PLACE_BYTES; at += Long.BYTES) {
        hash = 31 * hash + exporter.memory.get(JAVA_LONG, (long) place * PLACE_BYTES + at);
      }
      return hash;
    }
  }
}
