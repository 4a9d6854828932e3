package io.elasticmemory.tiering.sim;

import io.elasticmemory.wire.BlockWord;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What explorations have tried, and what they have met. */
final class Coverage {
  private static final String[] ACTIVITIES = {
    "NONE", "LEAVING", "FETCHING", "MOVING", "DISCARDING"
  };

  private long sequences;
  private long steps;
  private long crashes;
  private long secondCrashes;
  private final Set<String> states = new TreeSet<>();
  private final Set<String> moments = new TreeSet<>();
  private final Tally tally = new Tally();

  void sequence() {
    sequences++;
  }

  /** A step after which the pager is killed, here or where everything was the same. */
  void step(World world) {
    steps++;
    if (world.callBlock() != SimFailure.NO_BLOCK) {
      moments.add(world.call() + " " + activity(world, world.callBlock()));
    }
  }

  /** A step that has left things as none before. */
  void news(World world) {
    for (int block = 0; block < TinySpace.BLOCKS; block++) {
      states.add(activity(world, block) + " " + letters(world, block));
    }
  }

  private static String activity(World world, int block) {
    return ACTIVITIES[BlockWord.activity(world.table.word(block))];
  }

  /** In order: it is all the same which of two subblocks is which. */
  private static String letters(World world, int block) {
    return world
        .invariants
        .letters(block)
        .chars()
        .sorted()
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  void played(Plot plot, World world) {
    crashes += plot.kill() == Plot.NEVER ? 0 : 1;
    secondCrashes += plot.later() == Plot.NEVER ? 0 : 1;
    tally.addAll(world.tally);
  }

  /** States of a block: what is under way, and a letter for each subblock. */
  Set<String> states() {
    return states;
  }

  /** What pagers were doing when they were killed: the call, and what was under way. */
  Set<String> moments() {
    return moments;
  }

  Tally tally() {
    return tally;
  }

  void addAll(Coverage other) {
    sequences += other.sequences;
    steps += other.steps;
    crashes += other.crashes;
    secondCrashes += other.secondCrashes;
    states.addAll(other.states);
    moments.addAll(other.moments);
    tally.addAll(other.tally);
  }

  @Override
  public String toString() {
    return "%,d sequences, %,d steps, %,d crashes, %,d of a successor too"
        .formatted(sequences, steps, crashes, secondCrashes);
  }
}
