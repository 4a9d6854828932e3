package io.elasticmemory.tiering.store;

import io.elasticmemory.port.Transfer;
import org.jspecify.annotations.Nullable;

/**
 * A transfer on its way between its owner and a disk, with room of its own for the bytes, so that
 * the disk may keep it longer than the owner. Reused.
 */
final class Passage extends Transfer {
  private static final long NEVER = Long.MIN_VALUE;

  /** How far it is. */
  enum Stage {
    /** Nobody's. */
    FREE,
    /** The disk does not have it yet. */
    WAITING,
    /** The disk has it. */
    UNDER_WAY,
    /** The disk is done with it. */
    ENDED
  }

  final int index;
  final long roomAt;
  Stage stage = Stage.FREE;

  /** Null from its report on. */
  @Nullable Transfer owner;

  /** Of the debt it pays, or {@link Debts#NONE}: then its owner waits for the disk. */
  int place = Debts.NONE;

  /** Its owner is told that it is done, whatever becomes of it. */
  boolean isPromised;

  /** Counts those that were begun. */
  long order;

  long begunAt;

  /** Before that moment it is not tried again. */
  long notBefore;

  private long failingSince;

  Passage(int index, long roomAt) {
    this.index = index;
    this.roomAt = roomAt;
  }

  void begin(Transfer transfer, int debt, long count, long now) {
    owner = transfer;
    place = debt;
    isPromised = debt != Debts.NONE;
    order = count;
    begunAt = now;
    notBefore = now;
    failingSince = NEVER;
    stage = Stage.WAITING;
  }

  /** It has failed, and is to be tried again at that moment; says for how long it has failed. */
  long fails(long now, long again) {
    failingSince = failingSince == NEVER ? now : failingSince;
    notBefore = again;
    stage = Stage.WAITING;
    return now - failingSince;
  }

  /** True if it has failed before. */
  boolean hasFailed() {
    return failingSince != NEVER;
  }

  /** True if it must not reach the disk before the other has. */
  boolean isBehind(Passage other) {
    boolean overlap =
        position() < other.position() + other.bytes() && other.position() < position() + bytes();
    boolean isOpen = other.stage == Stage.WAITING || other.stage == Stage.UNDER_WAY;
    return isOpen && other.order < order && overlap;
  }
}
