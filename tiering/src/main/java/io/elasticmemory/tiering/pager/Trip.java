package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Transfer.Outcome;

/**
 * A block, or part of one, on its way between a frame and one slot of one donor: at most {@link
 * #LEGS_MAX} legs that run at the same time. Pooled; a trip is free again only when its last leg
 * has ended, however long ago the block has lost interest in it.
 */
abstract class Trip {
  /** Runs of subblocks one trip can carry; what is more scattered goes in several trips. */
  static final int LEGS_MAX = 8;

  private final Leg[] legs = new Leg[LEGS_MAX];
  private int legCount;
  private int started;
  private int ended;
  private int acknowledged;
  private Outcome failure = Outcome.DONE;

  /** In use: between taking it from its pool and the end of its last leg. */
  boolean active;

  /** Where in its pool it stands. */
  int place;

  /** The block has lost interest: it is needed, given up, or the donor has failed. */
  boolean cancelled;

  /** The slot belongs to nobody any more and is freed with the end of this trip. */
  boolean doomed;

  /** Its donor has kept it beyond its deadline, and has not given it back yet. */
  boolean late;

  int block;
  int generation;
  int donor;
  int slot;
  int frame;
  long begunAt;
  long deadline;

  Trip() {
    for (int i = 0; i < LEGS_MAX; i++) {
      legs[i] = new Leg(this);
    }
  }

  /** Forgets the legs of an earlier use or phase. */
  void pack() {
    legCount = 0;
    started = 0;
    ended = 0;
    acknowledged = 0;
    failure = Outcome.DONE;
  }

  boolean hasRoom() {
    return legCount < LEGS_MAX;
  }

  Leg addLeg() {
    return legs[legCount++];
  }

  int legCount() {
    return legCount;
  }

  Leg leg(int index) {
    return legs[index];
  }

  /** The next leg that no donor has taken yet; ask {@link #hasUnstarted} first. */
  Leg unstarted() {
    return legs[started];
  }

  boolean hasUnstarted() {
    return started < legCount;
  }

  void started() {
    started++;
  }

  /** Legs that no donor has taken will not be taken any more. */
  void dropUnstarted() {
    legCount = started;
  }

  void ended(Outcome outcome) {
    ended++;
    if (outcome == Outcome.DONE) {
      acknowledged++;
    } else {
      failure = outcome;
    }
  }

  boolean isUnderWay() {
    return ended < started;
  }

  boolean isOver() {
    return ended == legCount;
  }

  int acknowledged() {
    return acknowledged;
  }

  /** DONE if no leg failed, otherwise how one of them failed. */
  Outcome failure() {
    return failure;
  }

  /** A leg has ended and all legs of this phase with it, or none is left to start. */
  abstract void over();

  /** A leg has ended, others have not. */
  void legEnded(Leg leg) {}
}
