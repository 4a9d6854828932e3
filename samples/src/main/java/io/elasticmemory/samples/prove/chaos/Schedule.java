package io.elasticmemory.samples.prove.chaos;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * What follows on what in one lane, without end. The same seed gives the same blows with the same
 * pauses; what they meet is up to the machine. Used by one thread.
 */
final class Schedule {
  private static final int DRAWS = 1_000;

  /** After so many pagers, in the mean, none ends until an exporter has got all it lacked. */
  private static final int RESTS_ONE_IN = 12;

  private static final int REST_MILLIS = 10_000;

  private final SplittableRandom random;
  private final List<Harm> harms;
  private final int pauseMillisMax;

  /**
   * The blows of a lane.
   *
   * @param seed of the round
   * @param isPossible leaves out what this round cannot do
   */
  Schedule(Harm.Lane lane, long seed, Predicate<Harm> isPossible) {
    random = new SplittableRandom(seed + lane.ordinal() * 0x9e3779b97f4a7c15L);
    harms = Harm.of(lane).stream().filter(isPossible).toList();
    pauseMillisMax = pauseMillisMax(lane);
  }

  private static int pauseMillisMax(Harm.Lane lane) {
    return switch (lane) {
      case PAGERS -> 1_500;
      // These wait for their turn besides.
      case EXPORTERS, NETWORK -> 1_000;
      case DISK -> 8_000;
      case PROGRAM -> 400;
    };
  }

  /** Whether there is nothing to do here. */
  boolean isEmpty() {
    return harms.isEmpty();
  }

  /** The next one. */
  Blow next() {
    Harm harm = draw();
    int pause = random.nextInt(pauseMillisMax);
    if (harm.lane() == Harm.Lane.PAGERS && random.nextInt(RESTS_ONE_IN) == 0) {
      pause += REST_MILLIS;
    }
    int last = harm.millisMin() + random.nextInt(harm.millisMax() - harm.millisMin() + 1);
    return new Blow(harm, pause, last, random.nextInt(2), random.nextInt(DRAWS));
  }

  private Harm draw() {
    int at = random.nextInt(harms.stream().mapToInt(Harm::weight).sum());
    for (Harm harm : harms) {
      at -= harm.weight();
      if (at < 0) {
        return harm;
      }
    }
    throw new IllegalStateException("weights of " + harms + " add up to less than was drawn");
  }
}
