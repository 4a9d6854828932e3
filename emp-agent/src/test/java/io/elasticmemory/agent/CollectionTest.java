package io.elasticmemory.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class CollectionTest {
  private static final long PAUSE_MILLIS = 60_000;

  private final AtomicInteger attempts = new AtomicInteger();

  /** Fails so many times. */
  private LongSupplier failing(int times) {
    return () -> attempts.incrementAndGet() <= times ? 0 : 42;
  }

  @Test
  void triesUntilThereIsRoom() {
    assertThat(new Collection(PAUSE_MILLIS).until(failing(3))).isEqualTo(42);
    assertThat(attempts).hasValue(4);
  }

  /**
   * A full space of a program that goes on allocating and freeing: each failure was followed by a
   * collection and half a second of waits, because something had been freed since the last.
   */
  @Test
  void pausesAfterACollectionInVain() {
    Collection collection = new Collection(PAUSE_MILLIS);

    assertThat(collection.until(failing(Integer.MAX_VALUE))).isZero();
    int first = attempts.get();
    assertThat(collection.until(failing(Integer.MAX_VALUE))).isZero();

    assertThat(first).isPositive();
    assertThat(attempts).hasValue(first);
  }

  @Test
  void neverPausesAfterOneThatWasOfUse() {
    Collection collection = new Collection(PAUSE_MILLIS);

    assertThat(collection.until(failing(1))).isEqualTo(42);
    attempts.set(0);
    assertThat(collection.until(failing(1))).isEqualTo(42);
  }

  @Test
  void neverPausesIfOnlyACollectionKeepsTheProgramGoing() {
    Collection collection = new Collection(0);

    assertThat(collection.until(failing(Integer.MAX_VALUE))).isZero();
    attempts.set(0);
    assertThat(collection.until(failing(1))).isEqualTo(42);
  }

  /** An attempt may wait for seconds, and all other threads waited for it. */
  @Test
  void keepsNoOtherThreadFromTrying() throws Exception {
    Collection collection = new Collection(PAUSE_MILLIS);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    CompletableFuture<Long> slow =
        CompletableFuture.supplyAsync(
            () ->
                collection.until(
                    () -> {
                      begun.countDown();
                      awaitQuietly(end);
                      return 1;
                    }),
            CollectionTest::inAThread);
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

    CompletableFuture<Long> other = CompletableFuture.supplyAsync(() -> collection.until(() -> 42));

    assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo(42);
    assertThat(slow).isNotDone();
    end.countDown();
    assertThat(slow.get(30, TimeUnit.SECONDS)).isEqualTo(1);
  }

  private static void inAThread(Runnable task) {
    Thread _ = Thread.ofPlatform().daemon().start(task);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      boolean _ = latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
