package io.elasticmemory.ffm.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.port.Doorbell;
import io.elasticmemory.port.Poller;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 300, unit = TimeUnit.SECONDS)
class EpollPollerTest {
  private static final long SECOND = 1_000_000_000;

  private final Poller poller = new EpollPoller();
  private final Doorbell bell = EventfdDoorbell.create();
  private final Doorbell other = EventfdDoorbell.create();

  @AfterEach
  void close() {
    poller.close();
    bell.close();
    other.close();
  }

  @Test
  void returnsWhenTheTimeIsOver() {
    poller.watch(bell, Poller.READ, _ -> {});
    long start = System.nanoTime();
    assertThat(poller.await(20_000_000)).isZero();
    assertThat(System.nanoTime() - start).isBetween(20_000_000L, 20 * SECOND);
    assertThat(poller.await(0)).isZero();
  }

  @Test
  void waitsForLessThanAMillisecond() {
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < 5_000 && shortest > 900_000; i++) {
      long start = System.nanoTime();
      poller.await(100_000);
      long waited = System.nanoTime() - start;
      assertThat(waited).isGreaterThanOrEqualTo(100_000);
      shortest = Math.min(shortest, waited);
    }
    assertThat(shortest).isLessThanOrEqualTo(900_000);
  }

  @Test
  void isNotWokenByTheLimitOfAnEarlierWait() {
    poller.watch(bell, Poller.READ, _ -> bell.silence());
    bell.ring();
    assertThat(poller.await(10_000_000)).isEqualTo(1);
    long start = System.nanoTime();
    assertThat(poller.await(40_000_000)).isZero();
    assertThat(System.nanoTime() - start).isBetween(40_000_000L, 20 * SECOND);
  }

  @Test
  void heedsAShorterLimitThanThatOfAnEarlierWait() {
    poller.watch(bell, Poller.READ, _ -> bell.silence());
    bell.ring();
    assertThat(poller.await(30 * SECOND)).isEqualTo(1);
    long start = System.nanoTime();
    assertThat(poller.await(5_000_000)).isZero();
    assertThat(System.nanoTime() - start).isBetween(5_000_000L, 20 * SECOND);
  }

  @Test
  void callsWhoIsReadyAsOftenAsItIs() {
    int[] calls = {0};
    poller.watch(bell, Poller.READ, _ -> calls[0]++);
    bell.ring();
    assertThat(poller.await(SECOND)).isEqualTo(1);
    assertThat(poller.await(SECOND)).isEqualTo(1);
    bell.silence();
    assertThat(poller.await(0)).isZero();
    assertThat(calls[0]).isEqualTo(2);
  }

  @Test
  void tellsWhatHolds() {
    List<Integer> events = new ArrayList<>();
    poller.watch(bell, Poller.READ | Poller.WRITE, events::add);
    poller.await(0);
    bell.ring();
    poller.await(0);
    poller.interest(bell, Poller.READ);
    poller.await(0);
    assertThat(events).containsExactly(Poller.WRITE, Poller.READ | Poller.WRITE, Poller.READ);
  }

  @Test
  void wakesFromAnEndlessWaitWhenAnotherThreadRings() {
    poller.watch(bell, Poller.READ, _ -> bell.silence());
    CompletableFuture<Void> ringing =
        CompletableFuture.runAsync(
            bell::ring, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
    assertThat(poller.await(-1)).isEqualTo(1);
    ringing.join();
  }

  @Test
  void neverCallsASourceItHasForgotten() {
    poller.watch(bell, Poller.READ, _ -> forgetAndReplace(other));
    poller.watch(other, Poller.READ, _ -> forgetAndReplace(bell));
    bell.ring();
    other.ring();
    // Both are ready in one batch; the first to be called forgets the other and watches it anew.
    assertThat(poller.await(SECOND)).isEqualTo(1);
    assertThat(replaced).isEqualTo(1);
    assertThat(poller.await(SECOND)).isEqualTo(2);
  }

  private int replaced;

  private void forgetAndReplace(Doorbell source) {
    if (replaced++ == 0) {
      poller.forget(source);
      poller.watch(source, Poller.READ, _ -> {});
    }
  }

  @Test
  void watchesManySources() {
    int[] calls = {0};
    List<Doorbell> bells = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Doorbell each = EventfdDoorbell.create();
      bells.add(each);
      poller.watch(each, Poller.READ, _ -> each.silence());
      each.ring();
    }
    for (int i = 0; i < 10 && calls[0] < 200; i++) {
      calls[0] += poller.await(0);
    }
    assertThat(calls[0]).isEqualTo(200);
    bells.forEach(Doorbell::close);
  }

  @Test
  void refusesWhatItCannotWatch() {
    assertThatThrownBy(() -> poller.watch(() -> -1, Poller.READ, _ -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> poller.forget(bell))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is not watched");
    poller.watch(bell, Poller.READ, _ -> {});
    assertThatThrownBy(() -> poller.watch(bell, Poller.READ, _ -> {}))
        .isInstanceOf(SystemCallException.class)
        .hasMessageContaining("EEXIST");
  }

  @Test
  void aDoorbellRingsThroughItsHandle() {
    try (Doorbell far = EventfdDoorbell.adopt(Descriptor.of(bell.handle()).duplicate())) {
      poller.watch(bell, Poller.READ, _ -> bell.silence());
      far.ring();
      far.ring();
      assertThat(poller.await(SECOND)).isEqualTo(1);
      assertThat(poller.await(0)).isZero();
      far.silence();
    }
  }

  @Test
  void aDoorbellThatRingsForEverNeverBlocks() {
    for (int i = 0; i < 1000; i++) {
      bell.ring();
    }
    bell.silence();
    bell.silence();
    poller.watch(bell, Poller.READ, _ -> {});
    assertThat(poller.await(0)).isZero();
  }
}
