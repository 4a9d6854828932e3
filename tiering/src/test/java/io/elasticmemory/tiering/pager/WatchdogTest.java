package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchdogTest {
  private final CompletableFuture<String> stopped = new CompletableFuture<>();
  private final Watchdog watchdog =
      new Watchdog(2, TimeUnit.SECONDS.toNanos(1), stopped::complete, () -> {});

  @Test
  void stopsTheApplicationWhenTheLoopStandsStill() throws Exception {
    watchdog.start();

    assertThat(stopped.get(30, TimeUnit.SECONDS))
        .isEqualTo("the pager has stood still for 1 s; look for a broken disk, or report a bug");
  }

  @Test
  void letsALoopBeThatTurns() throws Exception {
    watchdog.start();
    turn(watchdog.pulse(0), watchdog.pulse(1));
    assertThat(stopped).isNotDone();
  }

  @Test
  void stopsTheApplicationWhenOneOfTwoLoopsStandsStill() throws Exception {
    watchdog.start();
    turn(watchdog.pulse(1));
    assertThat(stopped.get(30, TimeUnit.SECONDS)).contains("has stood still");
  }

  private static void turn(Watchdog.Pulse... pulses) throws InterruptedException {
    for (int i = 0; i < 150; i++) {
      for (Watchdog.Pulse pulse : pulses) {
        pulse.turned();
      }
      Thread.sleep(10);
    }
  }
}
