package io.elasticmemory.tiering.sim;

import io.elasticmemory.counters.Counter;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One run: a seed, a scenario, a world, a shard, at least two thousand operations. */
final class Simulation {
  /** Operations a run has at least. */
  static final int OPERATIONS = 2_000;

  private static final int FINALE_OPERATIONS = 300;
  private static final int TURNS_MAX = 400_000;

  /**
   * A command may have to give up first, after twice a fault's patience, in turns of microseconds
   * where donors answer at once.
   */
  private static final int IDLE_TURNS_MAX = 2_000_000;

  private static final int COMMAND_ONE_IN = 14;

  /** How a run ended. */
  record Result(long seed, Tally tally, int operations, long hash, long turns, String stopReason) {}

  private final long seed;
  private final World world;
  private final Pager pager;
  private final Commands commands;
  private final Weather weather;
  private final Rest rest;
  private final long patienceNanos;
  private @Nullable String stopReason;
  private int operations;
  private int turns;
  private boolean finale;
  private final Defect defect;
  private final boolean asserting;

  private Simulation(long seed, Defect defect, boolean asserting) {
    this(seed, defect, asserting, UnaryOperator.identity());
  }

  private Simulation(
      long seed, Defect defect, boolean asserting, UnaryOperator<Scenario> scenario) {
    this.seed = seed;
    this.defect = defect;
    this.asserting = asserting;
    Seeded random = new Seeded(seed);
    world = new World(scenario.apply(Scenario.of(random)), random, asserting);
    pager = defect.decorate(new ShardPager(world, defect, this::stop), world);
    commands = new Commands(world, pager);
    weather = new Weather(world);
    rest = new Rest(world, pager, commands);
    patienceNanos = world.scenario.settings().faultTimeoutNanos();
  }

  /** Runs a seed; throws a {@link SimFailure} that says everything if something is wrong. */
  static Result run(long seed) {
    return run(seed, Defect.NONE, true);
  }

  /**
   * Runs the beginning of a seed and kills the pager at a step of it, and the next one so many
   * steps later. Returns how many steps there were.
   */
  static long runKilled(long seed, int operations, long step, long stepsLater) {
    Simulation simulation = new Simulation(seed, Defect.NONE, true);
    simulation.world.killer.plan(step, stepsLater);
    try {
      simulation.runUntil(operations);
      simulation.rest();
      if (simulation.stopReason != null) {
        throw new SimFailure("the application was stopped: " + simulation.stopReason);
      }
      return simulation.world.killer.steps();
    } catch (SimFailure failure) {
      throw simulation.explainKilled(failure, failure.block(), step, stepsLater);
    } catch (RuntimeException e) {
      throw simulation.explainKilled(e, SimFailure.NO_BLOCK, step, stepsLater);
    } finally {
      simulation.pager.close();
    }
  }

  /**
   * Runs the beginning of a seed in which nothing else goes wrong, and has one transfer of its
   * disks fail.
   */
  static FailingCall runFailing(
      long seed, int operations, Defect defect, long call, FailingCall.Way way) {
    Simulation simulation = new Simulation(seed, defect, true, Scenario::withoutTrouble);
    World world = simulation.world;
    world.failingCall.plan(call, way);
    try {
      simulation.runUntil(operations);
      simulation.rest();
      if (simulation.stopReason != null) {
        throw new SimFailure("the application was stopped: " + simulation.stopReason);
      }
      if (world.counters.get(Counter.blocksLost) != 0) {
        throw new SimFailure("a block is lost");
      }
      return world.failingCall;
    } catch (SimFailure failure) {
      throw simulation.explainFailing(failure, failure.block(), call, way);
    } catch (RuntimeException e) {
      throw simulation.explainFailing(e, SimFailure.NO_BLOCK, call, way);
    } finally {
      simulation.pager.close();
    }
  }

  private SimFailure explainFailing(Throwable cause, int block, long call, FailingCall.Way way) {
    SimFailure failure = explain(cause, block);
    return new SimFailure(
        "transfer " + call + " of the disks fails, " + way + ", " + failure.getMessage(), block);
  }

  /**
   * Runs a seed against a shard with a planted defect.
   *
   * @param asserting check the numbered invariants too, not only the bytes
   */
  static Result run(long seed, Defect defect, boolean asserting) {
    Simulation simulation = new Simulation(seed, defect, asserting);
    try {
      return simulation.run();
    } catch (SimFailure failure) {
      throw simulation.explain(failure, failure.block());
    } catch (RuntimeException e) {
      throw simulation.explain(e, SimFailure.NO_BLOCK);
    } finally {
      simulation.pager.close();
    }
  }

  private SimFailure explainKilled(Throwable cause, int block, long step, long stepsLater) {
    SimFailure failure = explain(cause, block);
    return new SimFailure(
        "killed at step " + step + " and " + stepsLater + " later, " + failure.getMessage(), block);
  }

  private SimFailure explain(Throwable cause, int block) {
    String what = cause instanceof SimFailure ? cause.getMessage() : cause.toString();
    String planted = defect == Defect.NONE ? "" : " -Dsim.defect=" + defect;
    String bytesOnly = asserting ? "" : " -Dsim.bytesOnly=true";
    SimFailure failure =
        new SimFailure(
            "seed "
                + seed
                + ": "
                + what
                + "\n"
                + world.scenario.describe()
                + "\nthe last events"
                + (block < 0 ? "" : " that concern block " + block)
                + ":\n"
                + world.trace.last(block)
                + "repeat it with: mvn -pl tiering -am test -Dtest=SimulationTest -Dsim.seed="
                + seed
                + planted
                + bytesOnly
                + " -Dsurefire.failIfNoSpecifiedTests=false",
            block);
    failure.initCause(cause);
    return failure;
  }

  private void stop(String reason) {
    world.trace.add("the pager stops the application", SimFailure.NO_BLOCK);
    stopReason = reason;
  }

  private Result run() {
    runUntil(OPERATIONS);
    if (stopReason == null && world.scenario.finale() != Scenario.Finale.EXIT) {
      rest();
    }
    if (stopReason == null) {
      playFinale();
    }
    judgeStop();
    world.tally.add(Happening.STALE_WHEN_ANSWERED, world.counters.get(Counter.faultsStale));
    world.tally.add(Happening.LEFT_IN_PART, world.counters.get(Counter.subblocksTrimmed));
    return new Result(
        seed,
        world.tally,
        world.application.operations(),
        world.trace.hash(),
        turns,
        stopReason == null ? "" : stopReason);
  }

  /** At least so many operations, and at least one injected fault. */
  private void runUntil(int goal) {
    world.application.reopen();
    while (stopReason == null
        && (world.application.operations() < goal || world.tally.faults() == 0)) {
      moveWorld();
      turn();
    }
  }

  private void moveWorld() {
    world.application.steps(world.random.below(8));
    while (operations < world.application.operations() && !world.kernel.hasExited()) {
      operations++;
      weather.operation();
      if (world.random.oneIn(COMMAND_ONE_IN)) {
        commands.give();
      }
    }
  }

  private void turn() {
    if (++turns > TURNS_MAX) {
      throw new SimFailure("no end after " + TURNS_MAX + " turns");
    }
    if (!pager.turn() && stopReason == null && !world.wantsPager()) {
      idle();
    }
  }

  /** Nothing to do for the shard: others run, and time goes on to the next event. */
  private void idle() {
    checkPatience();
    if (world.application.steps(4 + world.random.below(16)) > 0) {
      world.clock.pass(world.random.between(0, 20_000));
      return;
    }
    long now = world.clock.nanoTime();
    long idle = Math.max(1, pager.idleNanos());
    long until = idle < Long.MAX_VALUE - now ? now + idle : Long.MAX_VALUE;
    until = Math.min(until, world.application.nextRestEnd());
    while (world.agenda.next() < until && !world.wantsPager()) {
      world.clock.reach(world.agenda.next());
      world.agenda.run(world.clock.nanoTime());
    }
    if (world.wantsPager()) {
      return;
    }
    if (until == Long.MAX_VALUE) {
      if (!world.application.isIdle() || commands.open() > 0) {
        throw new SimFailure("invariant 11: somebody waits, and nothing will ever happen");
      }
      until = world.clock.nanoTime() + 1_000;
    }
    world.clock.reach(until);
    world.agenda.run(until);
  }

  /** Invariant 11: nobody waits much longer than a fault's patience. */
  private void checkPatience() {
    long now = world.clock.nanoTime();
    for (int i = 0; i < world.kernel.threadCount(); i++) {
      SimThread thread = world.kernel.thread(i);
      if (thread.waiting
          && now - world.killer.waitingSince(thread.waitingSince) > 2 * patienceNanos) {
        throw new SimFailure(
            "invariant 11: thread " + i + " has waited for " + (now - thread.waitingSince) + " ns",
            world.geometry.blockOf(thread.offset));
      }
    }
    long waited = now - world.killer.waitingSince(commands.askedAt());
    if (commands.open() > 0 && waited > 10 * patienceNanos && !finale) {
      throw new SimFailure("invariant 11: a command is not answered");
    }
  }

  /** Lets everything come to an end and checks what must be true then. */
  private void rest() {
    world.application.close();
    int idleTurns = 0;
    while (stopReason == null && !rest.hasCome()) {
      moveWorld();
      turn();
      if (++idleTurns > IDLE_TURNS_MAX) {
        throw new SimFailure("invariant 11: it never comes to rest", world.busyBlock());
      }
    }
    world.sweep();
    if (stopReason == null) {
      rest.checkCounters();
    }
  }

  private void playFinale() {
    Scenario.Finale last = world.scenario.finale();
    finale = last != Scenario.Finale.NONE;
    weather.beginFinale(last);
    switch (last) {
      case NONE -> {}
      case EXIT -> rest();
      default -> {
        runUntil(world.application.operations() + FINALE_OPERATIONS);
        world.sweep();
      }
    }
  }

  /** The application may be stopped only after a fault that nothing can heal, for that reason. */
  private void judgeStop() {
    if (stopReason == null) {
      return;
    }
    boolean starved = stopReason.contains("found no DRAM frame");
    boolean justified =
        switch (finale ? world.scenario.finale() : Scenario.Finale.NONE) {
          case NONE, EXIT -> false;
          case ROT, LOST_WRITES -> isDamaged();
          case DEATH -> starved || isDamaged();
          case REFUSAL -> starved;
        };
    if (!justified) {
      throw new SimFailure("the application was stopped without need: " + stopReason, lostBlock());
    }
  }

  private int lostBlock() {
    Matcher named = Pattern.compile("^block (\\d+) ").matcher(stopReason);
    return named.find() ? Integer.parseInt(named.group(1)) : SimFailure.NO_BLOCK;
  }

  /** True if the block that the reason names has really lost its stored bytes. */
  private boolean isDamaged() {
    Matcher named = Pattern.compile("^block (\\d+) .* is lost").matcher(stopReason);
    return named.find() && world.damage.isBroken(Integer.parseInt(named.group(1)));
  }
}
