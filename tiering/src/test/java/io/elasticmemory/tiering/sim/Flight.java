package io.elasticmemory.tiering.sim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import java.lang.foreign.MemorySegment;

/**
 * A transfer under way. It moves in two halves, each taken from its source at one moment and put at
 * its destination at another, so that a frame or slot that is touched too early shows in the bytes:
 * take first half, (take second, put first), put second, end.
 */
final class Flight implements Agenda.Event {
  private final SimDonor donor;
  private final byte[] buffer;
  private final long[] times = new long[4];
  private int step;
  private boolean dropped;
  private boolean sent;
  private boolean abandoned;
  private boolean halved;

  /** Nobody waits for it any more: who asked for it was killed. */
  boolean orphaned;

  Transfer transfer = new Transfer();
  Outcome outcome = Outcome.DONE;

  /** The link was cut while it was under way. */
  boolean severed;

  /** It was made to end long after everybody's patience. */
  boolean late;

  /** Wrong bytes will be read. */
  boolean lies;

  /** A write that will be acknowledged and never land. */
  boolean lost;

  /** It has ended, and waits to be reported. */
  boolean ended;

  /** When it was handed over. */
  long startedAt;

  /** The block whose slot it reads or writes. */
  int block;

  /** The block's generation when it was handed over. */
  int generation;

  Flight(SimDonor donor, int blockBytes) {
    this.donor = donor;
    buffer = new byte[blockBytes];
  }

  void prepare(Transfer transfer, long now) {
    this.transfer = transfer;
    outcome = Outcome.DONE;
    severed = false;
    late = false;
    lies = false;
    lost = false;
    ended = false;
    dropped = false;
    halved = false;
    sent = false;
    step = 0;
    startedAt = now;
  }

  /** Sets out: all is over after {@code nanos}, the steps lie at random moments before. */
  void depart(long now, long nanos, Seeded random) {
    sent = true;
    long first = random.between(0, nanos);
    long second = random.between(0, nanos);
    long third = random.between(0, nanos);
    long least = Math.min(first, Math.min(second, third));
    long most = Math.max(first, Math.max(second, third));
    times[0] = now + least;
    times[1] = now + first + second + third - least - most;
    times[2] = now + most;
    times[3] = now + nanos;
    donor.agenda().at(times[0], this);
  }

  @Override
  public void happen() {
    if (abandoned) {
      return;
    }
    long later = donor.fate().postpones(this, step == 3);
    if (later > 0) {
      donor.agenda().at(later, this);
      return;
    }
    if (step == 3) {
      ended = true;
      donor.arrived(this);
      return;
    }
    if (!dropped) {
      move();
    }
    step++;
    donor.agenda().at(Math.max(times[step], donor.now()), this);
  }

  private void move() {
    int half = transfer.bytes() / 2;
    if (step == 0) {
      takeUnlessOrphaned(0, half);
    } else if (step == 1) {
      takeUnlessOrphaned(half, transfer.bytes());
      put(0, half);
    } else if (!halved) {
      put(half, transfer.bytes());
    }
  }

  /** An orphan has taken all it takes. */
  private void takeUnlessOrphaned(int from, int to) {
    if (!orphaned) {
      take(from, to);
    }
  }

  private void take(int from, int to) {
    if (transfer.isWrite()) {
      MemorySegment.copy(
          transfer.frames(), JAVA_BYTE, transfer.frameOffset() + from, buffer, from, to - from);
    } else {
      donor.read(this, buffer, from, to);
    }
  }

  private void put(int from, int to) {
    if (transfer.isWrite()) {
      donor.land(this, buffer, from, to);
    } else {
      MemorySegment.copy(
          buffer, from, transfer.frames(), JAVA_BYTE, transfer.frameOffset() + from, to - from);
    }
  }

  /**
   * Who asked for it was killed. Its memory stays as it is for the device or the socket, so that a
   * write goes on; a read has nowhere to go.
   *
   * @return true if it goes on
   */
  boolean orphan(boolean goesOn) {
    orphaned = true;
    abandoned = !goesOn || !sent || ended || !transfer.isWrite();
    if (!abandoned && step <= 1) {
      take(step == 0 ? 0 : transfer.bytes() / 2, transfer.bytes());
    }
    return !abandoned;
  }

  /** Nothing of it happens any more. */
  void abandon() {
    abandoned = true;
  }

  /** The link is cut under it. */
  void sever(boolean drop) {
    severed = true;
    dropped = drop;
    outcome = Outcome.UNREACHABLE;
  }

  /** It ends with an error, in that way. */
  void fail(FailingCall.Way way) {
    outcome = Outcome.FAILED;
    dropped = way == FailingCall.Way.NOTHING_MOVED;
    halved = way == FailingCall.Way.MOVED_IN_PART;
  }

  /** Half of it is where it belongs, and stays there. */
  boolean isHalved() {
    return halved;
  }

  boolean overlapsFrame(Transfer other) {
    return transfer.frames().equals(other.frames())
        && transfer.frameOffset() < other.frameOffset() + other.bytes()
        && other.frameOffset() < transfer.frameOffset() + transfer.bytes();
  }

  boolean overlapsPlace(Transfer other) {
    return transfer.position() < other.position() + other.bytes()
        && other.position() < transfer.position() + transfer.bytes();
  }

  /** What it is about, how far it has got, and what it brings. */
  void print(Fingerprint print) {
    print.add(transfer.position() * 16 + step * 2 + (transfer.isWrite() ? 1 : 0));
    print.add(transfer.bytes() * 4 + (orphaned ? 1 : 0) + (ended ? 2 : 0));
    if (transfer.isWrite() && !orphaned) {
      print.add(transfer.frames().asSlice(transfer.frameOffset(), transfer.bytes()));
    }
    print.add(buffer, 0, transfer.isWrite() ? transfer.bytes() : 0);
  }
}
