package io.elasticmemory.tiering.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.StoredCheck;
import io.elasticmemory.port.Transfer.Outcome;
import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Knows which slots of a mirror hold something, and copies them to a side that came back, a few at
 * a time and no faster than it may. What is written meanwhile goes to both sides; to a slot that is
 * being copied the write of the side that gets the copy comes after it.
 *
 * <p>What is read for a copy may have come wrong, from a disk or over a network, as any read may:
 * it is read until it is right. What stays wrong is lost already, and copied as it is.
 */
final class Rebuild {
  private static final int COPIES = 4;
  private static final long PAUSE_NANOS = MILLISECONDS.toNanos(10);

  /** What has been wrong for so many times what is late will not be right any more. */
  private static final int WRONG_TIMES = 4;

  /** What was not copied in time may be made up for within this. */
  private static final int CREDIT_PER_SECOND = 20;

  private final MirrorSide[] sides;
  private final MirrorSettings settings;
  private final MirrorRules rules;
  private final Counters counters;
  private final SlotBits used;
  private final SlotBits lacking;
  private final MemorySegment staging;
  private final Copy[] copies = new Copy[COPIES];
  private final long creditBytesMax;
  private StoredCheck check = StoredCheck.NONE;
  private @Nullable MirrorSide to;
  private int round;
  private int cursor;
  private int gauged;
  private long creditBytes;
  private long creditedAt;
  private long pausedUntil;
  private long begunAt;
  private long copiedBytes;
  private int wrongSlots;

  Rebuild(
      MirrorSide[] sides,
      MirrorSettings settings,
      MirrorRules rules,
      Counters counters,
      int slots,
      LongFunction<MemorySegment> privateMemory) {
    this.sides = sides;
    this.settings = settings;
    this.rules = rules;
    this.counters = counters;
    used = new SlotBits(slots, privateMemory);
    lacking = new SlotBits(slots, privateMemory);
    staging = privateMemory.apply((long) COPIES * settings.blockBytes());
    creditBytesMax =
        Math.max(settings.blockBytes(), settings.copyBytesPerSecond() / CREDIT_PER_SECOND);
    for (int i = 0; i < COPIES; i++) {
      copies[i] = new Copy((long) i * settings.blockBytes());
    }
  }

  private static final class Copy {
    final Part part = new Part();
    final long stagingAt;
    int slot = -1;

    /** Which time a side came back it is for. */
    int round;

    /** What has been read so far is wrong. */
    boolean isWrong;

    /** When that was seen first. */
    long wrongSince;

    Copy(long stagingAt) {
      this.stagingAt = stagingAt;
    }
  }

  /** By this it is known whether what is read is right. */
  void checkBy(StoredCheck check) {
    this.check = check;
  }

  // ---- what the slots hold

  /** Something in the slot has been written, or is about to be. */
  void wrote(int slot) {
    used.add(slot);
  }

  /** Nothing in the slot is of use any more. */
  void forgot(int slot) {
    used.remove(slot);
    lacking.remove(slot);
  }

  int usedSlots() {
    return used.count();
  }

  // ---- copying

  boolean isUnderWay() {
    return to != null;
  }

  /** True while it copies to this side. */
  boolean isOf(MirrorSide side) {
    return to == side;
  }

  /** A side came back, and has nothing. */
  void begin(MirrorSide side, long now) {
    lacking.set(used);
    beginOf(side, now);
  }

  private void beginOf(MirrorSide side, long now) {
    to = side;
    round++;
    cursor = 0;
    creditBytes = 0;
    creditedAt = now;
    pausedUntil = now;
    begunAt = now;
    copiedBytes = 0;
    wrongSlots = 0;
    gauge();
  }

  /** A successor begins with a side that lacks some slots. */
  void resume(MirrorSide side, long now) {
    if (side.isBelieved()) {
      side.replica.eachLacking(lacking::add);
      if (lacking.count() > 0) {
        beginOf(side, now);
      }
    }
  }

  /** A side has gone. What is read from the other for it ends some time, and is of no use. */
  void abandon(MirrorSide gone) {
    for (Copy copy : copies) {
      boolean isLost = copy.part.side == gone.index && copy.part.stage != Part.Stage.IDLE;
      if (isLost || copy.part.stage == Part.Stage.WAITING) {
        copy.part.stage = Part.Stage.IDLE;
        copy.slot = -1;
      }
    }
    to = null;
    lacking.set(used);
    gauge();
  }

  /**
   * True while the slot is between being read from one side and having been written to the other.
   */
  boolean isCopying(int slot) {
    for (Copy copy : copies) {
      if (copy.slot == slot) {
        return true;
      }
    }
    return false;
  }

  /** True if the side that came back has all that there is. */
  boolean lacksNothing() {
    if (lacking.count() > 0) {
      return false;
    }
    for (Copy copy : copies) {
      if (copy.slot >= 0) {
        return false;
      }
    }
    return true;
  }

  /** It is believed from now on. */
  void end() {
    to = null;
    gauge();
  }

  /** Copies on. */
  void advance(IntPredicate isWriting, long now) {
    for (Copy copy : copies) {
      advance(copy, now);
    }
    MirrorSide side = to;
    if (side == null) {
      return;
    }
    credit(now);
    boolean mayBegin = side.donor().isFenced() && now - pausedUntil >= 0;
    for (Copy copy : copies) {
      if (mayBegin && copy.slot < 0 && creditBytes >= settings.blockBytes()) {
        next(copy, side, isWriting, now);
      }
    }
    gauge();
  }

  private void credit(long now) {
    double seconds = (double) (now - creditedAt) / SECONDS.toNanos(1);
    creditedAt = now;
    creditBytes =
        Math.min(creditBytesMax, creditBytes + (long) (seconds * settings.copyBytesPerSecond()));
  }

  private void next(Copy copy, MirrorSide side, IntPredicate isWriting, long now) {
    int slot = lacking.next(cursor);
    if (slot < 0) {
      return;
    }
    cursor = slot;
    if (isWriting.test(slot) || isCopying(slot)) {
      int after = lacking.next(slot + 1);
      if (after < 0 || isWriting.test(after) || isCopying(after)) {
        return;
      }
      slot = after;
    }
    copy.slot = slot;
    copy.round = round;
    copy.isWrong = false;
    cursor = slot + 1;
    creditBytes -= settings.blockBytes();
    ask(copy, false, 1 - side.index, now, now);
  }

  private void ask(Copy copy, boolean write, int side, long from, long now) {
    copy.part.side = side;
    copy.part.ask(write, false, position(copy), staging, copy.stagingAt, settings.blockBytes());
    copy.part.await(from);
    sides[side].start(copy.part, now);
  }

  private long position(Copy copy) {
    return (long) copy.slot * settings.blockBytes();
  }

  private void advance(Copy copy, long now) {
    Part part = copy.part;
    switch (part.stage) {
      case IDLE -> {}
      case WAITING -> sides[part.side].start(part, now);
      case UNDER_WAY -> {
        if (part.isWrite() && now - part.since >= settings.lateNanos()) {
          sides[part.side].condemn("it takes no copies");
        }
      }
      case ENDED -> ended(copy, now);
    }
  }

  private void ended(Copy copy, long now) {
    Part part = copy.part;
    MirrorSide side = copy.round == round ? to : null;
    part.stage = Part.Stage.IDLE;
    boolean good = part.outcome() == Outcome.DONE;
    if (side != null && side.index != part.side && good) {
      if (mayBeCopied(copy, now)) {
        ask(copy, true, side.index, now, now);
      } else {
        ask(copy, false, part.side, now + PAUSE_NANOS, now);
      }
      return;
    }
    if (side != null && good) {
      lacking.remove(copy.slot);
      copiedBytes += settings.blockBytes();
      counters.add(Counter.bytesRebuilt, settings.blockBytes());
    } else if (side != null && side.index == part.side) {
      side.condemn("it takes no copies: " + side.lastFailure());
    } else {
      pausedUntil = now + PAUSE_NANOS;
    }
    copy.slot = -1;
  }

  /** It is right, or will never be. */
  private boolean mayBeCopied(Copy copy, long now) {
    if (rules.isRight(check.isRight(position(copy), staging, copy.stagingAt))) {
      return true;
    }
    counters.add(Counter.checksumErrors, 1);
    copy.wrongSince = copy.isWrong ? copy.wrongSince : now;
    copy.isWrong = true;
    if (now - copy.wrongSince < WRONG_TIMES * settings.lateNanos()) {
      return false;
    }
    wrongSlots++;
    return true;
  }

  /** What the side that came back lacks, as others see it. */
  private void gauge() {
    int lacks = to == null ? 0 : lacking.count();
    counters.add(Counter.bytesToRebuild, (long) (lacks - gauged) * settings.blockBytes());
    gauged = lacks;
  }

  /** For people: what was done since the side came back. */
  String describe(long now) {
    String damaged = wrongSlots == 0 ? "" : ", damaged blocks among it: %,d".formatted(wrongSlots);
    return "%,d MiB copied in %.1f s%s"
        .formatted(copiedBytes >> 20, (now - begunAt) / 1e9, damaged);
  }
}
