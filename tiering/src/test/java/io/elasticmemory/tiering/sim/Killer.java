package io.elasticmemory.tiering.sim;

import io.elasticmemory.wire.BlockWord;
import java.util.function.LongConsumer;

/**
 * Kills the pager at any of its steps: calls of ports, between two pages of one, and stores to the
 * table. More readily for a while after another has taken over, so that it dies doing that.
 */
final class Killer {
  private static final int FRAGILE_STEPS = 150;
  private static final int FRAGILE_ONE_IN = 40;

  private final World world;
  private boolean armed;
  private boolean answering;
  private long startedAt;
  private int kills;
  private int fragileSteps;
  private long steps;
  private long nextKill = Long.MAX_VALUE;
  private long secondKill = Long.MAX_VALUE;
  private boolean planned;
  private LongConsumer witness = _ -> {};

  Killer(World world) {
    this.world = world;
  }

  /** The pager takes a step. */
  void step() {
    if (!armed || answering) {
      return;
    }
    if (planned) {
      stepAsPlanned();
    } else if (kills < world.scenario.crashesMax()) {
      stepAtRandom();
    }
  }

  /** Kills the pager at one step, and the next one so many steps later, and never by chance. */
  void plan(long step, long stepsLater) {
    planned = true;
    nextKill = step;
    secondKill = step + stepsLater;
  }

  /** Steps the pagers have taken, if kills are planned. */
  long steps() {
    return steps;
  }

  /** Tells of each planned step before it is decided whether the pager survives it. */
  void watch(LongConsumer hears) {
    witness = hears;
  }

  private void stepAsPlanned() {
    witness.accept(steps);
    if (steps++ == nextKill) {
      if (world.damage.isAtRisk()) {
        nextKill++;
        return;
      }
      nextKill = secondKill;
      throw new Crash();
    }
  }

  private void stepAtRandom() {
    int oneIn = fragileSteps > 0 ? FRAGILE_ONE_IN : world.scenario.crashOneIn();
    fragileSteps = Math.max(0, fragileSteps - 1);
    if (world.random.oneIn(oneIn) && !world.damage.isAtRisk()) {
      throw new Crash();
    }
  }

  /** Runs a part of the pager; false if it has been killed. */
  boolean run(Runnable part) {
    if (armed) {
      part.run(); // within another
      return true;
    }
    armed = true;
    try {
      part.run();
      return true;
    } catch (Crash crash) {
      return false;
    } finally {
      armed = false;
    }
  }

  /** Somebody hears an answer of the pager, and is not killed with it, whatever he asks next. */
  void hear(Runnable part) {
    boolean before = answering;
    answering = true;
    part.run();
    answering = before;
  }

  /** The pager has been killed. */
  void killed(boolean adopting) {
    kills++;
    world.trace.add("the pager is killed", SimFailure.NO_BLOCK);
    world.tally.add(Happening.PAGER_KILLED);
    if (adopting) {
      world.tally.add(Happening.KILL_WHILE_ADOPTING);
    }
    world.sweep(); // the call it died in may have done a part, which nobody has looked at
    if (world.damage.isDegraded()) {
      world.tally.add(Happening.KILL_WHILE_DEGRADED);
    }
    if (world.donors.stream().anyMatch(donor -> donor.pairing().owesAny())) {
      world.tally.add(Happening.KILL_WHILE_DISK_OWES);
    }
    if (world.donors.stream().anyMatch(donor -> donor.suffers(Trouble.CLOGGED))) {
      world.tally.add(Happening.KILL_WHILE_CLOGGED);
    }
    meet(BlockWord.LEAVING, Happening.KILL_WHILE_LEAVING);
    meet(BlockWord.FETCHING, Happening.KILL_WHILE_FETCHING);
    meet(BlockWord.MOVING, Happening.KILL_WHILE_MOVING);
    meet(BlockWord.DISCARDING, Happening.KILL_WHILE_DISCARDING);
  }

  private void meet(int activity, Happening happening) {
    if (world.hasActivity(activity)) {
      world.tally.add(happening);
    }
  }

  /** Another pager takes over. */
  void begins() {
    world.trace.add("another pager takes over", SimFailure.NO_BLOCK);
    world.bound.takenOver();
    startedAt = world.clock.nanoTime();
    fragileSteps = world.random.oneIn(2) ? FRAGILE_STEPS : 0;
  }

  /** Since when somebody waits for the pager that runs now. */
  long waitingSince(long moment) {
    return Math.max(moment, startedAt);
  }
}
