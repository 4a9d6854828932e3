package io.elasticmemory.tiering.sim;

import io.elasticmemory.Tier;
import io.elasticmemory.port.Transfer.Outcome;
import java.util.List;

/** What becomes of the transfers of a donor: how long each takes, how it ends, what holds it. */
final class Fate {
  /** A laggard's transfers end late so many times as often. */
  private static final int LAGGARD_PART = 10;

  private final DonorShape shape;
  private final Troubles troubles;
  private final CompressedRoom room;
  private final Stage stage;
  private final VirtualClock clock;
  private final Seeded random;

  /** The most a single transfer may be delayed beyond reason, reads and writes. */
  private final long lateReadNanos;

  private final long lateWriteNanos;
  private int lateOneIn = Integer.MAX_VALUE;
  private FailingCall failingCall = new FailingCall();
  private boolean losesWrites;

  Fate(
      DonorShape shape,
      Troubles troubles,
      CompressedRoom room,
      long patienceNanos,
      Stage stage,
      VirtualClock clock,
      Seeded random) {
    this.shape = shape;
    this.troubles = troubles;
    this.room = room;
    this.stage = stage;
    this.clock = clock;
    this.random = random;
    lateReadNanos = patienceNanos / 4;
    lateWriteNanos = patienceNanos * 2;
  }

  /** One in so many transfers ends far too late. */
  void lateOneIn(int transfers) {
    lateOneIn = shape.laggard() ? Math.max(1, transfers / LAGGARD_PART) : transfers;
  }

  /** One of the transfers of all disks fails. */
  void failAt(FailingCall call) {
    failingCall = call;
  }

  /** From now on writes are acknowledged that never reach the medium. */
  void loseWrites() {
    losesWrites = true;
  }

  /** Sends a flight out, beside those that have not been reported. */
  void send(Flight flight, List<Flight> flights) {
    long nanos = random.between(shape.leastNanos(), shape.mostNanos());
    boolean write = flight.transfer.isWrite();
    if (troubles.suffers(Trouble.SLOW)) {
      nanos *= 100;
      stage.seen(Happening.SLOW);
    }
    if (random.oneIn(lateOneIn) && mayBeLate(write, flights)) {
      nanos += random.between(0, write ? lateWriteNanos : lateReadNanos);
      flight.late = true;
      stage.seen(write ? Happening.LATE_WRITE : Happening.LATE_READ);
    }
    decide(flight, write);
    flight.depart(clock.nanoTime(), nanos, random);
  }

  /**
   * One at a time, or they would hold all of the shard's frames. A laggard may keep more writes:
   * the shard sees to it that one donor cannot hold them all. But reads must get through.
   */
  private boolean mayBeLate(boolean write, List<Flight> flights) {
    int late = 0;
    for (Flight flight : flights) {
      late += flight.late ? 1 : 0;
    }
    return late == 0 || (shape.laggard() && write && late < shape.queueMax() / 2);
  }

  private void decide(Flight flight, boolean write) {
    if (shape.tier() == Tier.SSD && failingCall.isNext(write)) {
      flight.fail(failingCall.way());
      stage.seen(write ? Happening.WRITE_FAILED : Happening.READ_FAILED);
    } else if (troubles.suffers(Trouble.CUT)) {
      flight.sever(true);
    } else if (troubles.suffers(Trouble.FAILING) && random.oneIn(2)) {
      flight.outcome = Outcome.FAILED;
      stage.seen(write ? Happening.WRITE_FAILED : Happening.READ_FAILED);
    } else if (write && shape.tier() == Tier.COMPRESSED && !room.hold(flight.transfer)) {
      flight.outcome = Outcome.REFUSED;
      stage.seen(Happening.STORE_REFUSED);
    } else if (troubles.suffers(Trouble.FULL) && write) {
      flight.outcome = Outcome.NO_SPACE;
      stage.seen(Happening.DISK_FULL);
    } else if (troubles.suffers(Trouble.LYING) && !write) {
      flight.lies = random.oneIn(2);
    } else if (losesWrites && write) {
      flight.lost = true;
      stage.seen(Happening.WRITE_LOST);
    }
  }

  /** When a flight may take its next step, or 0 if it may now. */
  long postpones(Flight flight, boolean atEnd) {
    long now = clock.nanoTime();
    if (troubles.suffers(Trouble.STUCK)) {
      stage.seen(Happening.STUCK);
      return troubles.until(Trouble.STUCK) + random.between(0, shape.mostNanos());
    }
    if (troubles.suffers(Trouble.CLOGGED) && (atEnd || !flight.transfer.isWrite())) {
      stage.seen(Happening.ANSWER_HELD);
      return troubles.until(Trouble.CLOGGED) + random.between(0, shape.mostNanos());
    }
    if (!flight.severed || !flight.transfer.isWrite() || !troubles.suffers(Trouble.CUT)) {
      return 0;
    }
    long back = troubles.until(Trouble.CUT);
    if (troubles.isDead()) {
      return atEnd ? Long.MAX_VALUE : 0;
    }
    return atEnd ? back : random.oneIn(2) ? random.between(now, back - 1) : 0;
  }
}
