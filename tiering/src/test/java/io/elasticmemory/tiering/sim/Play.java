package io.elasticmemory.tiering.sim;

import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The real shard plays a {@link Plot} in the simulated world, which checks everything. */
final class Play {
  /** A hundred times what any takes. */
  private static final int TURNS_MAX = 20_000;

  /** A clock that says nothing in particular. */
  private static final long BEGUN_NANOS = 1_000_000_000;

  private final Plot plot;
  private final Defect defect;
  private final World world;
  private final ShardPager pager;
  private final Commands commands;
  private final Visitors visitors;
  private final Rest rest;
  private final boolean asserting;
  private @Nullable String stopReason;
  private int turns;
  private int actsLeft;
  private boolean waits;

  Play(Plot plot, Defect defect, boolean asserting) {
    this.plot = plot;
    this.defect = defect;
    this.asserting = asserting;
    world = new World(plot.space().scenario(plot.late()), new Steady(plot.late()), asserting);
    if (plot.space().narrowBytes() > 0) {
      world.bound.narrow(plot.space().narrowBytes());
    }
    world.clock.pass(BEGUN_NANOS);
    visitors = new Visitors(world);
    world.beside(visitors::go);
    pager = new ShardPager(world, defect, reason -> stopReason = reason);
    commands = new Commands(world, pager);
    rest = new Rest(world, pager, commands);
  }

  World world() {
    return world;
  }

  /** Tells of each step after the situation, with its number. */
  void watch(LongConsumer hears) {
    world.killer.watch(hears);
  }

  /** True if this is no step of a successor that knows all that was left to it. */
  boolean isFirstOrAdopting() {
    return world.table.epoch() == 1 || pager.isAdopting();
  }

  /** Plays all of it, and reads everything in the end; throws a {@link SimFailure} if one must. */
  void run() {
    try {
      perform();
    } catch (SimFailure failure) {
      throw explain(failure, failure.block());
    } catch (RuntimeException e) {
      throw explain(e, SimFailure.NO_BLOCK);
    } finally {
      pager.close();
    }
  }

  private void perform() {
    for (Act act : plot.situation()) {
      begin(act);
      comeToRest();
    }
    world.killer.plan(plot.kill(), plot.later());
    actsLeft = plot.acts().size();
    for (Act act : plot.acts()) {
      actsLeft--;
      waits = act.waits();
      begin(act);
      if (waits) {
        comeToRest();
      } else {
        turn();
      }
    }
    comeToRest();
    world.pins.deviceWrites();
    for (int block = 0; block < TinySpace.BLOCKS; block++) {
      visitors.read(block);
    }
    comeToRest();
    world.sweep();
    rest.checkCounters();
  }

  private void begin(Act act) {
    int block = act.block();
    switch (act.kind()) {
      case WRITE_FIRST -> visitors.write(block, 0);
      case WRITE_LAST -> visitors.write(block, world.geometry.subblocks() - 1);
      case READ -> visitors.read(block);
      case DISCARD -> commands.discard(block, 1);
      case UNLOAD -> commands.unload(block, 1);
      case PIN -> commands.pinOrUnpin(block);
    }
  }

  private void comeToRest() {
    do {
      turn();
    } while (!visitors.areDone() || !rest.hasCome());
  }

  private void turn() {
    if (++turns > TURNS_MAX) {
      throw new SimFailure("invariant 11: it never comes to rest", world.busyBlock());
    }
    visitors.go();
    boolean worked = pager.turn();
    visitors.go();
    if (stopReason != null) {
      throw new SimFailure("the application was stopped without need: " + stopReason);
    }
    if (!worked && !world.wantsPager()) {
      sleep();
    }
  }

  private void sleep() {
    long wakesAt = world.clock.nanoTime() + Math.max(1, pager.idleNanos());
    world.clock.reach(Math.min(wakesAt, world.agenda.next()));
    world.agenda.run(world.clock.nanoTime());
  }

  /** All that decides how it goes on once the pager is dead: two that agree in it go on alike. */
  long fingerprint() {
    Fingerprint print = new Fingerprint();
    int from = plot.acts().size() - actsLeft;
    for (Act act : plot.acts().subList(from, plot.acts().size())) {
      print.add(act.kind().ordinal() * 4 + act.block() * 2 + (act.waits() ? 1 : 0));
    }
    print.add(waits && actsLeft > 0 ? 1 : 0);
    world.print(print);
    visitors.print(print);
    pager.print(print);
    return print.value();
  }

  private SimFailure explain(Throwable cause, int block) {
    String what = cause instanceof SimFailure ? cause.getMessage() : cause.toString();
    SimFailure failure =
        new SimFailure(
            plot
                + ": "
                + what
                + "\nthe last events"
                + (block < 0 ? "" : " that concern block " + block)
                + ":\n"
                + world.trace.last(block)
                + "repeat it with: mvn -pl tiering -am test -Dtest=CrashExplorationTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false '-Dsim.plot="
                + plot
                + "'"
                + (defect == Defect.NONE ? "" : " -Dsim.defect=" + defect)
                + (asserting ? "" : " -Dsim.bytesOnly=true"),
            block);
    failure.initCause(cause);
    return failure;
  }
}
