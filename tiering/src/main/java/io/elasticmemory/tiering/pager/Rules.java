package io.elasticmemory.tiering.pager;

import io.elasticmemory.wire.BlockWord;

/**
 * The questions on which data hangs, in one place. The simulation overrides one at a time to show
 * that it would notice a wrong answer.
 */
class Rules {
  /** The rules of production. */
  static final Rules STRICT = new Rules();

  /** True if something begun in {@code generation} still concerns the block. */
  boolean isCurrent(long word, int generation) {
    return BlockWord.generation(word) == generation;
  }

  /** True if every copy of every leg has been acknowledged, so that the subblocks are stored. */
  boolean isStored(int legs, int acknowledged) {
    return acknowledged == legs;
  }

  /** Invariant 1: a slot that no block names is free once nothing is under way to or from it. */
  boolean mayReuse(boolean underWay) {
    return !underWay;
  }

  /** Invariant 13: what the application has pinned stays. */
  boolean mayLeave(boolean pinned) {
    return !pinned;
  }

  /** What is present and stored does not count if it is not what its mark says. */
  boolean isAlien(boolean matches) {
    return !matches;
  }

  /** What an earlier pager has noted as taken is taken. */
  boolean staysTaken() {
    return true;
  }

  /** A slot is free only if it is known that no block names it. */
  boolean mayTakeSlots(boolean known) {
    return known;
  }

  /** Invariant 12: what an earlier pager has begun to write must not come later. */
  boolean mayWrite(boolean fenced) {
    return fenced;
  }

  /** A discard that an earlier pager has begun is done. */
  boolean finishesDiscards() {
    return true;
  }

  /** What an earlier pager has pinned stays pinned. */
  boolean staysPinned() {
    return true;
  }

  /** Invariant 3: the pager punches a subblock only if one of these holds. */
  boolean mayPunch(boolean stored, boolean readAsZero, boolean discarding) {
    return stored || readAsZero || discarding;
  }
}
