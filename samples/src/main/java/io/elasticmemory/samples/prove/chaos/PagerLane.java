package io.elasticmemory.samples.prove.chaos;

import io.elasticmemory.samples.process.PagerProcess;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Kills and stops pagers, those that serve and those that wait for their turn. */
final class PagerLane extends Lane {
  private static final long LOOK_MILLIS = 1;

  private final ProcessHandle program;

  PagerLane(Scene scene, Schedule schedule, ProcessHandle program) {
    super(scene, schedule, "pagers");
    this.program = program;
  }

  @Override
  void strike(Blow blow) throws IOException {
    boolean isDone =
        switch (blow.harm()) {
          case KILL_PAGER -> killActive();
          case KILL_SUCCESSOR -> killActive() && killNext(blow.lastMillis());
          case STOP_PAGER -> stop(active(), blow.lastMillis());
          case KILL_STANDBY -> kill(standby());
          case STOP_STANDBY -> stop(standby(), blow.lastMillis());
          default -> throw new IllegalStateException(blow + " is nothing that is done to pagers");
        };
    if (isDone) {
      scene().tally().did(blow.harm());
      boolean _ = goesOn(blow.harm().label());
    }
  }

  private Optional<ProcessHandle> active() {
    return ProcessHandle.of(scene().pagerPid());
  }

  /** One that does not serve. */
  private Optional<ProcessHandle> standby() {
    return program
        .descendants()
        .filter(PagerProcess::is)
        .filter(each -> each.pid() != scene().pagerPid())
        .findFirst();
  }

  private boolean killActive() {
    return kill(active());
  }

  private boolean kill(Optional<ProcessHandle> pager) {
    pager.ifPresent(
        each -> {
          each.destroyForcibly();
          scene().tally().killedPager();
        });
    return pager.isPresent();
  }

  /** Kills the one that says next that it serves, so long after it has said so. */
  private boolean killNext(long millis) {
    long before = scene().pagerPid();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HANG_MILLIS);
    while (scene().pagerPid() == before) {
      if (scene().pause(LOOK_MILLIS)) {
        return false;
      }
      if (System.nanoTime() - end >= 0) {
        scene().fail("no pager has followed the one that was killed");
        return false;
      }
    }
    return !scene().pause(millis) && killActive();
  }

  private boolean stop(Optional<ProcessHandle> pager, long millis) throws IOException {
    if (pager.isEmpty()) {
      return false;
    }
    scene().stopped().stop(pager.get());
    try {
      boolean _ = scene().pause(millis);
    } finally {
      scene().stopped().goOn(pager.get());
    }
    return true;
  }
}
