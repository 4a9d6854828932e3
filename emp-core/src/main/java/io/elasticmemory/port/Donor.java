package io.elasticmemory.port;

import io.elasticmemory.Tier;

/**
 * Whatever gives a lower tier its bytes: an exporter, a spill file, a block device.
 *
 * <p>What binds implementers:
 *
 * <ul>
 *   <li>Every transfer that {@link #start} accepted is reported by {@link #poll} once, in any
 *       order, as late as it takes. It may never be reported only while the donor cannot be
 *       reached.
 *   <li>A write reported as ended, with whatever outcome, changes nothing at the donor afterwards:
 *       its slot may be written anew. Until then the slot is busy. An implementation that loses a
 *       connection reports its writes only when the other side has confirmed the old connection
 *       closed, or keeps them.
 *   <li>A write reported other than DONE leaves its range undefined.
 *   <li>Bytes come back unchecked; the caller verifies them.
 *   <li>Nothing here blocks beyond one system call on data in flight, and nothing allocates while
 *       the donor is healthy. An implementation that does its I/O synchronously does it in {@code
 *       poll}, what is urgent first, and reports each transfer before it makes the next.
 * </ul>
 *
 * <p>Used by one thread.
 */
public interface Donor extends AutoCloseable {
  /** What a donor grants as a whole: 64 MiB. */
  long SLAB_BYTES = 64L << 20;

  /** How the user wrote it, for messages: {@code 10.0.0.7:19675} or {@code /var/spill}. */
  String name();

  /** The tier it serves: COMPRESSED, REMOTE or SSD. */
  Tier tier();

  /** Bytes granted, a multiple of the slab size. Positions lie below it. */
  long grantedBytes();

  /**
   * True once nothing that an earlier pager of the space has begun to write can change a byte here
   * any more; it stays true. Until then it may be read, and nothing may be written to it. A donor
   * that no pager has written to before is fenced from its start; whoever opens one that an earlier
   * pager has used says how it is: an exporter has confirmed the newer epoch, a file has waited for
   * the I/O in flight.
   */
  default boolean isFenced() {
    return true;
  }

  /**
   * Takes a transfer, or says false: its queue is full, ask again after the next poll. While the
   * donor cannot be reached it takes transfers too, and reports those it has not sent as
   * UNREACHABLE.
   *
   * @throws IllegalArgumentException if the range is not within one granted slab
   */
  boolean start(Transfer transfer);

  /**
   * Sends what {@code start} has collected, moves what can be moved, and reports what has ended.
   */
  int poll(Ended ended);

  /**
   * True if the next poll can do something although nothing outside calls: a donor that bounds the
   * work of one poll has some left. Asked after a poll.
   */
  default boolean hasWork() {
    return false;
  }

  /**
   * How long until {@link #poll} has something to do even if nothing calls: a donor that waits for
   * a moment, not for an event.
   */
  default long nanosToNextEvent() {
    return Long.MAX_VALUE;
  }

  /**
   * True if it answers without a CPU of this machine, as a disk does: who waits for it may as well
   * look again and again. Always the same.
   */
  boolean isElsewhere();

  /** What it is told about the ranges it keeps: of most donors, nothing that it would note. */
  default Holdings holdings() {
    return Holdings.NONE;
  }

  /**
   * True once all that was stored here is lost for good, and known to be: every read ends as
   * UNREACHABLE from then on, so that nobody need wait for one. It stays true. A donor that is only
   * silent is not gone.
   */
  default boolean isGone() {
    return false;
  }

  /** The last failure in words, empty if there was none: for messages to people. */
  String lastFailure();

  /** Gives everything back. Transfers under way end or are abandoned first, within a bound. */
  @Override
  void close();

  /** Receives ended transfers. */
  @FunctionalInterface
  interface Ended {
    /** The transfer is its owner's again. */
    void ended(Transfer transfer);
  }
}
