package io.elasticmemory.tiering.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.tiering.failpoint.Failpoint;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * All that can happen in {@link TinySpace tiny spaces}, and the pager killed at each of its steps.
 *
 * <p>{@code -Dsim.length=N} tries sequences of up to so many acts, {@code -Dsim.twice=N} kills
 * successors too in those of up to so many, {@code -Dsim.space=NAME} takes one of the spaces. What
 * a failure names is played again with {@code -Dsim.plot=TEXT}, and with {@code -Dsim.defect} and
 * {@code -Dsim.bytesOnly=true} as in {@link SimulationTest}.
 */
class CrashExplorationTest {
  private static final int LENGTH = 2;
  private static final int LENGTH_TWICE = 1;
  private static final int WORKERS = 2;

  /**
   * A discard would have to come between two subblocks that arrive together; two acts are too few
   * to fetch a block, write a part of it, and have it moved.
   */
  private static final Set<String> TOO_SHORT =
      Set.of("DISCARDING .C", "DISCARDING CS", "MOVING DS");

  /** There is no shard yet that could be killed. */
  private static final Set<Failpoint> EARLIER =
      EnumSet.of(
          Failpoint.TAKE_OVER_LOCKED,
          Failpoint.TAKE_OVER_NUMBERED,
          Failpoint.TAKE_OVER_OPENED,
          Failpoint.LEASE_SOUGHT,
          Failpoint.LEASE_WELCOMED,
          Failpoint.LEASE_CONFIRMED);

  private static final Set<Happening> RACES =
      EnumSet.of(
          Happening.ORPHANED_WRITE,
          Happening.KILL_WHILE_LEAVING,
          Happening.KILL_WHILE_FETCHING,
          Happening.KILL_WHILE_MOVING,
          Happening.KILL_WHILE_DISCARDING,
          Happening.KILL_WHILE_ADOPTING);

  @Test
  void losesNothingWhereverAPagerIsKilled() throws Exception {
    String plot = System.getProperty("sim.plot");
    if (plot != null) {
      play(Plot.parse(plot));
      return;
    }
    String space = System.getProperty("sim.space");
    Coverage coverage =
        explore(space == null ? List.of(TinySpace.values()) : List.of(TinySpace.valueOf(space)));
    if (space == null) {
      assertStates(coverage.states());
      assertSteps(coverage.moments());
      assertArrows(coverage.tally());
    }
  }

  private static void play(Plot plot) {
    Defect defect = Defect.valueOf(System.getProperty("sim.defect", Defect.NONE.name()));
    Play play = new Play(plot, defect, !Boolean.getBoolean("sim.bytesOnly"));
    play.run();
    System.out.printf("%s is good, and ends so:%n%s", plot, play.world().trace.last(-1));
  }

  private static Coverage explore(List<TinySpace> spaces) throws Exception {
    int length = Integer.getInteger("sim.length", LENGTH);
    int twice = Integer.getInteger("sim.twice", LENGTH_TWICE);
    Coverage all = new Coverage();
    for (TinySpace space : spaces) {
      long begun = System.nanoTime();
      Coverage coverage = run(Exploration.of(space, Defect.NONE, true, length, twice));
      System.out.printf("%s: %s, %.1f s%n", space, coverage, (System.nanoTime() - begun) / 1e9);
      all.addAll(coverage);
    }
    System.out.printf("sequences of up to %d acts: %s%n", length, all);
    return all;
  }

  private static Coverage run(List<Exploration> explorations) throws Exception {
    Coverage all = new Coverage();
    try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
      for (Future<Coverage> part : workers.invokeAll(explorations)) {
        all.addAll(part.get());
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SimFailure failure ? failure : new AssertionError(e);
    }
    return all;
  }

  private static void assertStates(Set<String> met) {
    Set<String> states = new TreeSet<>();
    for (String letters : List.of("..", ".C", ".D", ".S", "CC", "CD", "CS", "DD", "DS", "SS")) {
      boolean isStored = letters.contains("C") || letters.contains("S");
      states.add("NONE " + letters);
      states.add("DISCARDING " + letters);
      if (!letters.equals("..")) {
        states.add("LEAVING " + letters);
      }
      if (isStored) {
        states.add("FETCHING " + letters);
        states.add("MOVING " + letters);
      }
    }
    assertThat(states).as("all states that can be").containsAll(met);
    states.removeAll(TOO_SHORT);
    assertThat(met).as("states in which a pager was killed").containsAll(states);
  }

  /** A new failpoint needs a line in {@link #moment}. */
  private static void assertSteps(Set<String> met) {
    for (Failpoint failpoint : EnumSet.complementOf(EnumSet.copyOf(EARLIER))) {
      assertThat(met).as("what a pager did when it was killed").contains(moment(failpoint));
    }
  }

  /** The step that the failpoint is behind, and what is under way on its block by then. */
  private static String moment(Failpoint failpoint) {
    return switch (failpoint) {
      case EVICT_PROTECTED -> "PROTECT NONE";
      case EVICT_READ -> "READ_PAGES NONE";
      case EVICT_NAMED, EVICT_STORED -> "STORE_ENTRY LEAVING";
      case EVICT_SENT -> "START_TRANSFER LEAVING";
      case EVICT_ACKNOWLEDGED -> "POLL_DONOR LEAVING";
      case EVICT_PUNCHED -> "PUNCH LEAVING";
      case EVICT_CLEAN_PUNCHED, EVICT_ZERO_PUNCHED -> "PUNCH NONE";
      case ZERO_INSTALLED -> "ZERO NONE";
      case WRITE_UNPROTECTED -> "UNPROTECT NONE";
      case FETCH_NAMED -> "STORE_ENTRY FETCHING";
      case FETCH_SENT -> "START_TRANSFER FETCHING";
      case FETCH_ARRIVED -> "POLL_DONOR FETCHING";
      case FETCH_INSTALLED -> "COPY FETCHING";
      case MOVE_NAMED -> "STORE_ENTRY MOVING";
      case MOVE_READ, MOVE_ACKNOWLEDGED -> "POLL_DONOR MOVING";
      case DISCARD_NAMED, DISCARD_CLEARED -> "STORE_ENTRY DISCARDING";
      case DISCARD_PUNCHED -> "PUNCH DISCARDING";
      case EVICT_ENDED,
          WRITE_CLEARED,
          FETCH_ENDED,
          MOVE_TARGETED,
          MOVE_ENDED,
          DISCARD_ENDED,
          ADOPT_SETTLED ->
          "STORE_ENTRY NONE";
      case TAKE_OVER_WOKEN -> "WAKE NONE";
      case ADOPT_FOUND -> "NEXT_PRESENT LEAVING";
      case ADOPT_COMPARED -> "READ_PAGES MOVING";
      default -> throw new IllegalArgumentException(failpoint + " is behind no step that is known");
    };
  }

  private static void assertArrows(Tally tally) {
    List<Happening> never = new ArrayList<>(tally.never());
    never.removeIf(
        happening -> happening.kind != Happening.Kind.ARROW && !RACES.contains(happening));
    assertThat(never).as("never met").containsExactly(Happening.STORED_TO_LOST_BLOCK);
  }
}
