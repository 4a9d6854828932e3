package io.elasticmemory.tiering.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/**
 * The transfers under way through a mirror. Each has room of its own for the bytes of both sides,
 * so that a side that answers late, or never, holds up nobody's frame. Allocates nothing in use.
 */
final class Errands {
  private static final long STAGING_BYTES = 16L << 20;
  private static final int ERRANDS_MIN = 16;
  private static final int ERRANDS_MAX = 96;

  /** One in so many is for what a thread waits for alone. */
  private static final int URGENT_PART = 3;

  private static final long RETRY_NANOS = MILLISECONDS.toNanos(1);

  private final MirrorSide[] sides;
  private final MirrorSettings settings;
  private final MirrorRules rules;
  private final Counters counters;
  private final Rebuild rebuild;
  private final ReadPace pace = new ReadPace();
  private final MemorySegment staging;
  private final Errand[] errands;
  private final IndexQueue free;
  private final IndexQueue answered;
  private final int urgentOnly;

  Errands(
      MirrorSide[] sides,
      MirrorSettings settings,
      MirrorRules rules,
      Counters counters,
      Rebuild rebuild,
      LongFunction<MemorySegment> privateMemory) {
    this.sides = sides;
    this.settings = settings;
    this.rules = rules;
    this.counters = counters;
    this.rebuild = rebuild;
    int count =
        (int) Math.clamp(STAGING_BYTES / settings.blockBytes() / 2, ERRANDS_MIN, ERRANDS_MAX);
    urgentOnly = count / URGENT_PART;
    errands = new Errand[count];
    free = new IndexQueue(count);
    answered = new IndexQueue(count);
    staging = privateMemory.apply(2L * count * settings.blockBytes());
    for (int i = 0; i < count; i++) {
      errands[i] = new Errand(i);
      free.add(i);
    }
  }

  boolean hasAny() {
    return free.size() < errands.length;
  }

  /** Takes a transfer of the owner's, or says false. */
  boolean start(Transfer transfer, long now) {
    boolean urgent = transfer.isUrgent() && !transfer.isWrite();
    if (free.size() <= (urgent ? 0 : urgentOnly)) {
      return false;
    }
    Errand errand = errands[free.take()];
    errand.active = true;
    errand.answered = false;
    errand.owner = transfer;
    errand.write = transfer.isWrite();
    errand.urgent = transfer.isUrgent();
    long last = transfer.position() + transfer.bytes() - 1;
    errand.firstSlot = (int) (transfer.position() / settings.blockBytes());
    errand.lastSlot = (int) (last / settings.blockBytes());
    errand.begunAt = now;
    if (errand.write) {
      rebuild.wrote(errand.firstSlot);
      rebuild.wrote(errand.lastSlot);
      long at = stagingAt(errand, 0);
      MemorySegment.copy(transfer.frames(), transfer.frameOffset(), staging, at, transfer.bytes());
      for (MirrorSide side : sides) {
        if (side.isThere()) {
          ask(errand, side.index, at, now);
        }
      }
    } else {
      int side = sideToRead(errand, now);
      ask(errand, side, stagingAt(errand, side), now);
    }
    return true;
  }

  private long stagingAt(Errand errand, int side) {
    return (2L * errand.index + side) * settings.blockBytes();
  }

  private void ask(Errand errand, int side, long at, long now) {
    Transfer owner = errand.owner();
    Part part = errand.parts[side];
    part.ask(owner.isWrite(), owner.isUrgent(), owner.position(), staging, at, owner.bytes());
    part.await(now);
    begin(errand, part, now);
  }

  private void begin(Errand errand, Part part, long now) {
    MirrorSide side = sides[part.side];
    boolean waits = errand.write && rebuild.isOf(side);
    if (!waits || !rules.waitsForCopy(isCopied(errand))) {
      side.start(part, now);
    }
  }

  private boolean isCopied(Errand errand) {
    return rebuild.isCopying(errand.firstSlot) || rebuild.isCopying(errand.lastSlot);
  }

  /**
   * Of two that are believed about what is there not the one that was wrong, nor one that is slow;
   * else not the backup, or in turn.
   */
  private int sideToRead(Errand errand, long now) {
    int wrong = errand.owner().wrongCopy();
    int rather = sides[1].isBackup() ? 0 : errand.firstSlot & 1;
    int side = wrong == Transfer.NO_COPY ? rather : 1 - wrong;
    boolean isSlow = wrong == Transfer.NO_COPY && sides[side].isSlow(now);
    boolean isSlower = isSlow && !sides[1 - side].isSlow(now);
    boolean isOther = !has(side, errand) || (isSlower && has(1 - side, errand));
    return isOther && sides[1 - side].isBelieved() ? 1 - side : side;
  }

  /** It is believed about what is read. */
  private boolean has(int side, Errand errand) {
    boolean lacks = sides[side].lacks(errand.firstSlot) || sides[side].lacks(errand.lastSlot);
    return sides[side].isBelieved() && !lacks;
  }

  /** True while a write to the slot is not over. */
  boolean isWriting(int slot) {
    for (Errand errand : errands) {
      boolean covers = slot == errand.firstSlot || slot == errand.lastSlot;
      if (errand.active && errand.write && covers) {
        return true;
      }
    }
    return false;
  }

  /** A side is not used any more: what it was asked for will not be answered. */
  void dropped(int side) {
    for (Errand errand : errands) {
      errand.parts[side].stage = Part.Stage.IDLE;
    }
  }

  /** Does for each what follows from the answers that have come, and from the time. */
  void advance(long now) {
    if (!hasAny()) {
      return;
    }
    for (Errand errand : errands) {
      if (errand.active) {
        advance(errand, now);
      }
    }
  }

  private void advance(Errand errand, long now) {
    if (!errand.answered) {
      for (Part part : errand.parts) {
        if (part.stage == Part.Stage.WAITING) {
          begin(errand, part, now);
        }
      }
      if (errand.write) {
        advanceWrite(errand, now);
      } else {
        advanceRead(errand, now);
      }
    }
    condemnLate(errand, now);
    freeIfOver(errand);
  }

  // ---- writes

  private void advanceWrite(Errand errand, long now) {
    int acknowledged = 0;
    int owed = 0;
    Part bad = null;
    for (Part part : errand.parts) {
      boolean isBelieved = sides[part.side].isBelieved();
      acknowledged += part.isGood() && isBelieved ? 1 : 0;
      owed += part.isOpen() ? 1 : 0;
      bad = part.isBad() ? part : bad;
      if (part.isBad() && !isBelieved) {
        sides[part.side].condemn("it fails: " + sides[part.side].lastFailure());
      }
    }
    if (bad != null && acknowledged > 0 && sides[bad.side].isBelieved()) {
      bad.await(now + RETRY_NANOS);
      return;
    }
    if (bad == null && rules.isDone(acknowledged, owed)) {
      answer(errand, Outcome.DONE);
    } else if (bad != null && owed == 0 && acknowledged == 0) {
      answer(errand, bad.outcome());
    } else if (bad == null && owed == 0 && acknowledged == 0) {
      answer(errand, Outcome.UNREACHABLE); // only a side that was not believed has it
    }
  }

  // ---- reads

  private void advanceRead(Errand errand, long now) {
    Part bad = null;
    for (Part part : errand.parts) {
      if (part.isGood()) {
        arrived(errand, part, now);
        return;
      }
      bad = part.isBad() ? part : bad;
    }
    int other = otherToAsk(errand);
    if (!errand.isOpen()) {
      if (other >= 0) {
        ask(errand, other, stagingAt(errand, other), now);
      } else {
        answer(errand, bad == null ? Outcome.UNREACHABLE : bad.outcome());
      }
    } else if (other >= 0 && now - errand.begunAt >= pace.hedgeNanos(errand.urgent)) {
      counters.add(Counter.readsHedged, 1);
      ask(errand, other, stagingAt(errand, other), now);
    }
  }

  /** A side that has it and has not been asked for this, or -1. */
  private int otherToAsk(Errand errand) {
    for (Part part : errand.parts) {
      if (part.stage == Part.Stage.IDLE && has(part.side, errand)) {
        return part.side;
      }
    }
    return -1;
  }

  private void arrived(Errand errand, Part part, long now) {
    Transfer owner = errand.owner();
    MemorySegment.copy(
        staging, part.frameOffset(), owner.frames(), owner.frameOffset(), owner.bytes());
    owner.from(part.side);
    if (!sides[part.side].isBackup()) {
      pace.observed(errand.urgent, now - part.since);
    }
    if (errand.parts[1 - part.side].isOpen()) {
      sides[1 - part.side].slow(now);
    }
    answer(errand, Outcome.DONE);
  }

  private void answer(Errand errand, Outcome outcome) {
    errand.answered = true;
    errand.dropWaiting();
    errand.owner().end(outcome);
    answered.add(errand.index);
  }

  // ---- both

  /**
   * Who owes for long what the other has answered cannot be waited for. It counts from that answer:
   * after a trouble that both had one comes back first.
   */
  private void condemnLate(Errand errand, long now) {
    for (Part part : errand.parts) {
      Part other = errand.parts[1 - part.side];
      boolean answeredByOther = other.isGood() && sides[other.side].isBelieved();
      if (part.isOpen() && answeredByOther && now - other.endedAt >= settings.lateNanos()) {
        sides[part.side].condemn(
            "no answer for %,d ms".formatted((now - errand.begunAt) / MILLISECONDS.toNanos(1)));
      }
    }
  }

  private void freeIfOver(Errand errand) {
    if (errand.active && errand.owner == null && !errand.isOpen()) {
      errand.active = false;
      for (Part part : errand.parts) {
        part.stage = Part.Stage.IDLE;
      }
      free.add(errand.index);
    }
  }

  /** Reports what has been answered; what is started meanwhile may end only later. */
  int report(Donor.Ended sink) {
    int count = answered.size();
    for (int i = 0; i < count; i++) {
      Errand errand = errands[answered.take()];
      Transfer owner = errand.owner();
      errand.owner = null;
      freeIfOver(errand);
      sink.ended(owner);
    }
    return count;
  }

  /** How long until a side is asked as well, or something is late. */
  long nanosToNextEvent(long now) {
    long next = Long.MAX_VALUE;
    for (Errand errand : errands) {
      if (errand.active) {
        boolean hedges = !errand.answered && !errand.write && otherToAsk(errand) >= 0;
        long after = hedges ? pace.hedgeNanos(errand.urgent) : settings.lateNanos();
        next = Math.min(next, Math.max(RETRY_NANOS, errand.begunAt + after - now));
      }
    }
    return next;
  }
}
