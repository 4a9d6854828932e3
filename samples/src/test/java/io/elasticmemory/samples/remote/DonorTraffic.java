package io.elasticmemory.samples.remote;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * Writes and reads that keep a donor busy; every word that comes back is compared. Used by one
 * thread, that of the donor.
 */
final class DonorTraffic implements AutoCloseable {
  static final int BYTES = 4096;
  private static final int DEPTH = 16;
  private static final int SLOTS = 1024;
  private static final long LOOK_NANOS = 1_000_000;

  /** What a slot holds after a write of which nobody knows whether it has landed. */
  private static final long UNKNOWN = -1;

  private final Donor donor;
  private final Poller poller;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment frames = arena.allocate(DEPTH * BYTES, 4096);
  private final Passage[] passages = new Passage[DEPTH];
  private final long[] stored = new long[SLOTS];
  private boolean isWanted = true;
  private long values;
  private long done;
  private long unreachable;
  private long wrongWords;
  private long lastDoneNanos = System.nanoTime();
  private long longestPauseNanos;
  private long firstUnreachableNanos;

  /**
   * One after the other to slots of its own, each written and then read. One in four writes only
   * its first slot, and reads that again and again: a write whose connection is lost is kept until
   * it is known where it is, so if all were writes nobody would be told that an exporter is lost.
   */
  private static final class Passage extends Transfer {
    private final int number;
    private int round;
    private long value;
    private boolean isUnderWay;

    Passage(int number) {
      this.number = number;
    }

    void goOn() {
      if (isWrite() || number % 4 != 0) {
        round++;
      }
    }

    int slot() {
      return round / 2 * DEPTH % SLOTS + number;
    }
  }

  DonorTraffic(Donor donor, Poller poller) {
    this.donor = donor;
    this.poller = poller;
    Arrays.setAll(passages, Passage::new);
    Arrays.fill(stored, UNKNOWN);
  }

  /** Does what keeps a lease while another donor is at work on this thread. */
  void keepAlive() {
    donor.poll(transfer -> ended((Passage) transfer));
  }

  /** Goes on until it is so; false if that takes longer. */
  boolean runUntil(BooleanSupplier isSo, long nanos) {
    long end = System.nanoTime() + nanos;
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      turn();
    }
    return true;
  }

  /** Lets what is under way end. */
  boolean drain(long nanos) {
    return idleUntil(() -> Arrays.stream(passages).noneMatch(one -> one.isUnderWay), nanos);
  }

  /** Looks on until it is so, and starts nothing; false if that takes longer. */
  boolean idleUntil(BooleanSupplier isSo, long nanos) {
    isWanted = false;
    boolean isSoInTime = runUntil(isSo, nanos);
    isWanted = true;
    return isSoInTime;
  }

  private void turn() {
    for (Passage passage : passages) {
      if (isWanted && !passage.isUnderWay) {
        begin(passage);
      }
    }
    poller.await(Math.min(LOOK_NANOS, donor.nanosToNextEvent()));
    donor.poll(transfer -> ended((Passage) transfer));
  }

  private void begin(Passage passage) {
    boolean write = passage.round % 2 == 0;
    long frame = (long) passage.number * BYTES;
    if (write) {
      passage.value = ++values;
      for (long at = 0; at < BYTES; at += Long.BYTES) {
        frames.set(JAVA_LONG, frame + at, passage.value);
      }
    } else {
      frames.asSlice(frame, BYTES).fill((byte) 0);
    }
    boolean urgent = passage.number % 2 == 0;
    passage.ask(write, urgent, (long) passage.slot() * BYTES, frames, frame, BYTES);
    passage.isUnderWay = donor.start(passage);
  }

  private void ended(Passage passage) {
    passage.isUnderWay = false;
    long now = System.nanoTime();
    if (passage.outcome() != Outcome.DONE) {
      unreachable++;
      firstUnreachableNanos = firstUnreachableNanos == 0 ? now : firstUnreachableNanos;
      if (passage.isWrite()) {
        stored[passage.slot()] = UNKNOWN;
      }
      return; // the same again
    }
    done++;
    longestPauseNanos = Math.max(longestPauseNanos, now - lastDoneNanos);
    lastDoneNanos = now;
    if (passage.isWrite()) {
      stored[passage.slot()] = passage.value;
    } else {
      compare(passage);
    }
    passage.goOn();
  }

  private void compare(Passage passage) {
    long expected = stored[passage.slot()];
    long frame = (long) passage.number * BYTES;
    for (long at = 0; at < BYTES; at += Long.BYTES) {
      wrongWords += frames.get(JAVA_LONG, frame + at) == expected ? 0 : 1;
    }
  }

  /** Transfers that are done. */
  long done() {
    return done;
  }

  /** Transfers that ended otherwise. */
  long unreachable() {
    return unreachable;
  }

  /** Words that did not come back as they were written last. */
  long wrongWords() {
    return wrongWords;
  }

  /** When the last transfer was done. */
  long lastDoneNanos() {
    return lastDoneNanos;
  }

  /** The longest time in which none was done. */
  long longestPauseNanos() {
    return longestPauseNanos;
  }

  /** When the first ended otherwise, 0 if none has. */
  long firstUnreachableNanos() {
    return firstUnreachableNanos;
  }

  @Override
  public void close() {
    donor.close();
    arena.close();
  }
}
