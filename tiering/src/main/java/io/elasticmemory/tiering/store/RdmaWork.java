package io.elasticmemory.tiering.store;

import static io.elasticmemory.wire.MessageLayout.SLAB_BYTES;
import static java.util.Objects.requireNonNull;

import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.QueuePair;
import org.jspecify.annotations.Nullable;

/**
 * The transfers of one queue pair: what waits goes out in one chain with one doorbell, as far as
 * there are slots, and ends in the order it went out. Slots are counted here, because not every
 * device does it. Allocates nothing.
 *
 * <pre>
 *   start ──▶ waiting ──post──▶ under way ──completed──▶ ended
 * </pre>
 */
final class RdmaWork {
  /** Transfers that the device has, at most. */
  static final int SLOTS = 64;

  /** Transfers that wait, at most. */
  static final int WAITING_MAX = 64;

  private final TransferRing waiting = new TransferRing(WAITING_MAX);
  private final TransferRing underWay = new TransferRing(SLOTS);

  /** After so many the device reports, and after the last of a chain. */
  private final int reportEvery;

  /** Which work it is, in the lowest bit of a mark. */
  private final int bit;

  private @Nullable QueuePair queuePair;

  /** Handed over and ended, since the queue pair was made. */
  private long handedOver;

  private long ended;

  /** Since when the device has not been idle, or when it last reported. */
  private long movedAtNanos;

  /**
   * Nothing to do, and no queue pair.
   *
   * @param bit 0 or 1: which of two works with one completion queue it is
   * @param reportEvery 1 for those that a thread waits for
   */
  RdmaWork(int bit, int reportEvery) {
    this.bit = bit;
    this.reportEvery = reportEvery;
  }

  /** Begins with a new queue pair, which has nothing under way. */
  void begin(QueuePair made) {
    queuePair = made;
    handedOver = 0;
    ended = 0;
  }

  /** Takes a transfer, or says false: too many wait. */
  boolean add(Transfer transfer) {
    if (waiting.isFull()) {
      return false;
    }
    waiting.add(transfer);
    return true;
  }

  boolean isBusy() {
    return !underWay.isEmpty();
  }

  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** How long the device has had something to do and reported nothing. */
  long silentNanos(long now) {
    return isBusy() ? now - movedAtNanos : 0;
  }

  /**
   * Hands over what waits, as far as there are slots.
   *
   * @return false if the device did not take it
   */
  boolean post(RdmaMemory memory, RdmaSlabs slabs, long now) {
    if (waiting.isEmpty() || underWay.isFull()) {
      return true;
    }
    movedAtNanos = isBusy() ? movedAtNanos : now;
    QueuePair to = requireNonNull(queuePair);
    while (!waiting.isEmpty() && !underWay.isFull()) {
      Transfer transfer = waiting.take();
      underWay.add(transfer);
      handedOver++;
      boolean isLast = waiting.isEmpty() || underWay.isFull();
      prepare(to, transfer, isLast || handedOver % reportEvery == 0, memory, slabs);
    }
    return to.post();
  }

  private void prepare(
      QueuePair to, Transfer transfer, boolean isReported, RdmaMemory memory, RdmaSlabs slabs) {
    long mark = handedOver << 1 | bit;
    MemoryRegion region = memory.region(transfer.frames());
    int slab = (int) (transfer.position() / SLAB_BYTES);
    long address = slabs.address(slab) + transfer.position() % SLAB_BYTES;
    int key = slabs.key(slab);
    long offset = transfer.frameOffset();
    if (transfer.isWrite()) {
      to.write(mark, isReported, region, offset, transfer.bytes(), address, key);
    } else {
      to.read(mark, isReported, region, offset, transfer.bytes(), address, key);
    }
  }

  /** The operation with that mark is done, and with it those before it. */
  void completed(long mark, TransferRing into, long now) {
    long order = mark >>> 1;
    movedAtNanos = now;
    while (ended < order) {
      ended++;
      Transfer transfer = underWay.take();
      transfer.end(Outcome.DONE);
      into.add(transfer);
    }
  }

  /** The queue pair is gone: what it had is the caller's, the oldest first. */
  void end(TransferRing into) {
    queuePair = null;
    underWay.moveTo(into);
    waiting.moveTo(into);
  }
}
