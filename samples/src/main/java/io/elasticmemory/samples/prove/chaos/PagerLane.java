package io.elasticmemory.samples.prove.chaos;

import io.elasticmemory.samples.process.PagerProcess;
import io.elasticmemory.tiering.failpoint.Failpoint;
import io.elasticmemory.tiering.failpoint.Failpoints;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Kills and stops pagers, those that serve and those that wait for their turn. */
final class PagerLane extends Lane {
  private static final long LOOK_MILLIS = 1;
  private static final long STEP_MILLIS = 2_000;

  private final ProcessHandle program;

  PagerLane(Scene scene, Schedule schedule, ProcessHandle program) {
    super(scene, schedule, "pagers");
    this.program = program;
  }

  @Override
  void strike(Blow blow) throws IOException {
    strikeAlone(scene().setting().isOneAtATime(), () -> end(blow));
  }

  private void end(Blow blow) throws IOException {
    boolean isDone =
        switch (blow.harm()) {
          case KILL_PAGER -> killActive();
          case KILL_SUCCESSOR -> killActive() && killNext(blow.lastMillis());
          case KILL_AT_STEP -> killAtStep(blow.draw());
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
    return killServing(active());
  }

  private boolean killServing(Optional<ProcessHandle> pager) {
    pager.ifPresent(_ -> scene().tally().killedPager());
    return kill(pager);
  }

  private static boolean kill(Optional<ProcessHandle> pager) {
    pager.ifPresent(ProcessHandle::destroyForcibly);
    return pager.isPresent();
  }

  /** Some steps come by seldom, or never in this kind of space: those are not waited for. */
  private boolean killAtStep(int draw) {
    Failpoint point = Failpoint.values()[draw % Failpoint.values().length];
    Failpoints points = scene().failpoints();
    points.arm(point, 1);
    try {
      if (point.isOfSuccessors()) {
        boolean _ = killActive();
      }
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STEP_MILLIS);
      while (points.held(point) == 0) {
        if (System.nanoTime() - end >= 0 || scene().pause(LOOK_MILLIS)) {
          return false;
        }
      }
      return killServing(ProcessHandle.of(points.held(point)));
    } finally {
      points.release(point);
    }
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
