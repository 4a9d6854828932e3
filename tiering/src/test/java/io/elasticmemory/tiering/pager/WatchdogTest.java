package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Loops turn on the watchdog's own thread, between its looks, however busy the machine is. */
class WatchdogTest {
  private static final int PATIENCE_SECONDS = 1;

  /** More than its patience has. */
  private static final int TICKS = 8;

  private final CompletableFuture<String> stopped = new CompletableFuture<>();
  private final List<Watchdog.Pulse> turning = new CopyOnWriteArrayList<>();
  private final CountDownLatch ticks = new CountDownLatch(TICKS);
  private final Watchdog watchdog =
      new Watchdog(
          2,
          TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS),
          stopped::complete,
          this::tick,
          task -> Thread.ofPlatform().daemon().start(task));

  private void tick() {
    turning.forEach(Watchdog.Pulse::turned);
    ticks.countDown();
  }

  @Test
  void stopsTheApplicationWhenTheLoopStandsStill() throws Exception {
    watchdog.start();

    assertThat(stopped.get(30, TimeUnit.SECONDS))
        .isEqualTo("the pager has stood still for 1 s; look for a broken disk, or report a bug");
  }

  @Test
  void letsALoopBeThatTurns() throws Exception {
    turning.addAll(List.of(watchdog.pulse(0), watchdog.pulse(1)));
    watchdog.start();

    assertThat(ticks.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(stopped).isNotDone();
  }

  @Test
  void stopsTheApplicationWhenOneOfTwoLoopsStandsStill() throws Exception {
    turning.add(watchdog.pulse(1));
    watchdog.start();

    assertThat(stopped.get(30, TimeUnit.SECONDS)).contains("has stood still");
  }
}
