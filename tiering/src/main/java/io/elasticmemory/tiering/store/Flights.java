package io.elasticmemory.tiering.store;

import static java.util.Objects.requireNonNull;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The transfers under way on one connection. Each has a place, and a number for the wire that
 * contains the place and is never used twice. Allocates nothing.
 *
 * <pre>
 *          add           send            end
 *   FREE ───────▶ QUEUED ──────▶ SENT ─────────▶ ENDED ──report──▶ FREE
 *                    │             │ connection     ▲
 *                    │             │ lost: a write  │
 *                    │             └──────▶ HELD ───┤ the other side has closed it too
 *                    └─────── connection lost ──────┘
 * </pre>
 */
final class Flights {
  /** Transfers under way at most. */
  static final int MAX = 64;

  private static final int PLACE_BITS = 8;
  private static final int PLACE_MASK = (1 << PLACE_BITS) - 1;

  private enum Stage {
    FREE,
    QUEUED,
    SENT,
    HELD,
    ENDED
  }

  private final @Nullable Transfer[] transfers = new Transfer[MAX];
  private final long[] numbers = new long[MAX];
  private final Stage[] stages = new Stage[MAX];
  private final IndexQueue free = new IndexQueue(MAX);
  private final IndexQueue urgent = new IndexQueue(MAX);
  private final IndexQueue patient = new IndexQueue(MAX);
  private final IndexQueue ended = new IndexQueue(MAX);
  private long lastNumber;

  /** The largest number that was answered. */
  private long lastAnswered;

  private int sentReads;
  private int sentWrites;
  private int lastRead;

  Flights() {
    for (int place = 0; place < MAX; place++) {
      stages[place] = Stage.FREE;
      free.add(place);
    }
  }

  /** A number for the wire that is not in use. */
  long nextNumber(int place) {
    lastNumber += 1 << PLACE_BITS;
    return lastNumber | place;
  }

  /** Takes a transfer, or says false: all places are taken. */
  boolean add(Transfer transfer) {
    if (free.isEmpty()) {
      return false;
    }
    int place = free.take();
    transfers[place] = transfer;
    stages[place] = Stage.QUEUED;
    (transfer.isUrgent() ? urgent : patient).add(place);
    return true;
  }

  boolean hasQueued() {
    return !urgent.isEmpty() || !patient.isEmpty();
  }

  /** Place of the transfer that is to be sent next. */
  int nextQueued() {
    return urgent.isEmpty() ? patient.peek() : urgent.peek();
  }

  /** Notes that the next transfer is being sent; returns its number. */
  long send() {
    int place = urgent.isEmpty() ? patient.take() : urgent.take();
    stages[place] = Stage.SENT;
    count(place, 1);
    numbers[place] = nextNumber(place);
    lastRead = transfer(place).isWrite() ? lastRead : place;
    return numbers[place];
  }

  private void count(int place, int change) {
    if (transfer(place).isWrite()) {
      sentWrites += change;
    } else {
      sentReads += change;
    }
  }

  Transfer transfer(int place) {
    return requireNonNull(transfers[place]);
  }

  /** Place of the transfer with a number the other side names; -1 if there is none under way. */
  int sentPlace(long number) {
    int place = (int) (number & PLACE_MASK);
    return place < MAX && stages[place] == Stage.SENT && numbers[place] == number ? place : -1;
  }

  /** Place of the read that was sent last if nothing else is under way, -1 otherwise. */
  int onlyRead() {
    return sentReads == 1 && sentWrites == 0 && stages[lastRead] == Stage.SENT ? lastRead : -1;
  }

  int sentReads() {
    return sentReads;
  }

  int sentWrites() {
    return sentWrites;
  }

  /**
   * The oldest number that is not answered while one sent after it is; 0 if there is none. Answers
   * may overtake each other, but not for ever.
   */
  long overtaken() {
    long oldest = 0;
    for (int place = 0; place < MAX; place++) {
      boolean missing = stages[place] == Stage.SENT && numbers[place] < lastAnswered;
      if (missing && (oldest == 0 || numbers[place] < oldest)) {
        oldest = numbers[place];
      }
    }
    return oldest;
  }

  /** Ends a transfer that was sent. */
  void end(int place, Outcome outcome) {
    count(place, -1);
    lastAnswered = Math.max(lastAnswered, numbers[place]);
    endAs(place, outcome);
  }

  private void endAs(int place, Outcome outcome) {
    transfer(place).end(outcome);
    stages[place] = Stage.ENDED;
    ended.add(place);
  }

  /**
   * The connection is lost: reads end, and writes of which nothing was sent. A write that was sent
   * may still land, as long as the other side has not closed its end.
   */
  void lose() {
    loseQueued();
    for (int place = 0; place < MAX; place++) {
      if (stages[place] == Stage.SENT) {
        if (transfer(place).isWrite()) {
          count(place, -1);
          stages[place] = Stage.HELD;
        } else {
          end(place, Outcome.UNREACHABLE);
        }
      }
    }
  }

  /** Ends what was not sent. */
  void loseQueued() {
    while (hasQueued()) {
      endAs(urgent.isEmpty() ? patient.take() : urgent.take(), Outcome.UNREACHABLE);
    }
  }

  /** The other side has closed the lost connection, or cannot write to our slabs any more. */
  void letGo() {
    for (int place = 0; place < MAX; place++) {
      if (stages[place] == Stage.HELD) {
        endAs(place, Outcome.UNREACHABLE);
      }
    }
  }

  /** Reports what has ended; what is started meanwhile may end only later. */
  int report(Donor.Ended sink) {
    int count = ended.size();
    for (int i = 0; i < count; i++) {
      int place = ended.take();
      Transfer transfer = transfer(place);
      transfers[place] = null;
      stages[place] = Stage.FREE;
      free.add(place);
      sink.ended(transfer);
    }
    return count;
  }
}
