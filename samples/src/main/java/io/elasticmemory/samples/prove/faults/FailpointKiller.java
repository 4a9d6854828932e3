package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.prove.faults.KilledSpace.End;
import io.elasticmemory.tiering.failpoint.Failpoint;
import io.elasticmemory.tiering.failpoint.Failpoints;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Ends pagers just where they have done a named step. */
final class FailpointKiller implements Killer {
  /** A step is passed so often at most before a pager is held there. */
  private static final int PASSAGES_MAX = 8;

  private final RandomGenerator random;
  private final Failpoints points;
  private final KillLedger ledger;
  private final boolean stops;
  private final Deque<Failpoint> left;
  private Failpoint point;

  /**
   * One that ends a pager at each of these.
   *
   * @param stops by a signal that only stops them, so that their standbys have to
   */
  FailpointKiller(
      RandomGenerator random,
      Failpoints points,
      List<Failpoint> left,
      KillLedger ledger,
      boolean stops) {
    this.random = random;
    this.points = points;
    this.left = new ArrayDeque<>(left);
    this.ledger = ledger;
    this.stops = stops;
    point = left.getFirst();
  }

  /** What a kill there counts for. */
  static String kind(Failpoint point, boolean stops) {
    return point.name().toLowerCase(Locale.ROOT).replace('_', '-') + (stops ? "-stop" : "");
  }

  @Override
  public boolean hasNext() {
    return !left.isEmpty();
  }

  @Override
  public KillTally tally() {
    return ledger.of(kind(point, stops));
  }

  /** What it takes to get there is in the way. */
  @Override
  public boolean isTimed() {
    return false;
  }

  @Override
  public Optional<String> kill(KilledSpace space) throws IOException {
    point = left.removeFirst();
    long before = space.pagerPid();
    points.arm(point, point.isPassedOnce() ? 1 : 1 + random.nextInt(PASSAGES_MAX));
    if (point.isOfSuccessors()) {
      End _ = space.end(before, false);
      if (points.held(point) == before) { // it was still taking over itself
        points.arm(point, 1);
      }
    }
    if (!space.await(() -> points.held(point) != 0)) {
      points.release(point);
      return Optional.of("no pager comes to " + point);
    }
    long held = points.held(point);
    End end = space.end(held, stops);
    points.release(point);
    tally().killed(point.isOfSuccessors(), stops, end);
    return space.await(() -> space.pagerPid() != before && space.pagerPid() != held)
        ? Optional.empty()
        : Optional.of("no pager follows the one that was held at " + point);
  }
}
