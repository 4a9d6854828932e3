package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.prove.faults.KilledSpace.End;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Ends pagers at any moment: those that serve, and those that are just taking over. */
final class RandomKiller implements Killer {
  private static final long MOMENT_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(60);
  private static final long TAKE_OVER_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(40);

  /** So many kills to one of a pager that takes over. */
  private static final int TAKE_OVER_EVERY = 4;

  /** And to one stop, with a standby. */
  private static final int STOP_EVERY = 8;

  /** And to one while the standby is not ready yet. */
  private static final int UNREADY_EVERY = 2;

  /** And to one when that has been killed. */
  private static final int WITHOUT_EVERY = 8;

  private final RandomGenerator random;
  private final KillTally tally;
  private final boolean hasStandby;
  private final int end;
  private boolean isTimed;

  /** One that ends so many. */
  RandomKiller(RandomGenerator random, KillTally tally, boolean hasStandby, int kills) {
    this.random = random;
    this.tally = tally;
    this.hasStandby = hasStandby;
    end = tally.kills() + kills;
  }

  @Override
  public boolean hasNext() {
    return tally.kills() < end;
  }

  @Override
  public KillTally tally() {
    return tally;
  }

  @Override
  public boolean isTimed() {
    return isTimed;
  }

  @Override
  public Optional<String> kill(KilledSpace space) throws IOException {
    boolean isReady = hasStandby && !isOneIn(UNREADY_EVERY);
    if (isReady && !space.await(() -> space.standbyPid() != 0)) {
      return Optional.of("no standby gets ready");
    }
    KilledSpace.pause(random.nextLong(MOMENT_NANOS_MAX));
    if (hasStandby && isOneIn(WITHOUT_EVERY)) {
      isReady = false;
      killStandby(space);
    }
    boolean killsTheNext = isOneIn(TAKE_OVER_EVERY);
    isTimed = isReady == hasStandby && !killsTheNext;
    boolean stops = hasStandby && isOneIn(STOP_EVERY);
    Optional<String> wrong = end(space, stops, false);
    if (wrong.isEmpty() && killsTheNext) {
      KilledSpace.pause(random.nextLong(TAKE_OVER_NANOS_MAX));
      wrong = end(space, false, true);
    }
    return wrong;
  }

  private boolean isOneIn(int many) {
    return random.nextInt(many) == 0;
  }

  /** Nobody is served by it. */
  private static void killStandby(KilledSpace space) throws IOException {
    long pid = space.standbyPid();
    if (pid != 0) {
      End _ = space.end(pid, false);
    }
  }

  private Optional<String> end(KilledSpace space, boolean stops, boolean isTakingOver)
      throws IOException {
    long pid = space.pagerPid();
    tally.killed(isTakingOver, stops, space.end(pid, stops));
    return space.await(() -> space.pagerPid() != pid)
        ? Optional.empty()
        : Optional.of("no pager follows");
  }
}
