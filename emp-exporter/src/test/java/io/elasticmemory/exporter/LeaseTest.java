package io.elasticmemory.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Platform;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When the slabs of a lease go back to the pool. */
class LeaseTest {
  private final SlabPool pool = pool(1);

  private static SlabPool pool(int slabs) {
    return new SlabPool(Platform.find().memories(), slabs, false, false);
  }

  @AfterEach
  void close() {
    pool.close();
  }

  private Lease lease() throws InterruptedException {
    return new Lease(7, pool.take(1).slabs(), pool);
  }

  @Test
  void whoWantsSlabsWaitsForTheLastUserOfALeaseThatHasEnded() throws Exception {
    Lease lease = lease();
    assertThat(lease.enter()).isTrue();
    lease.end();
    CompletableFuture<SlabPool.Taken> next = new CompletableFuture<>();
    Thread wanting = Thread.ofPlatform().daemon().start(() -> take(next));
    while (wanting.getState() != Thread.State.TIMED_WAITING && wanting.isAlive()) {
      Thread.onSpinWait();
    }
    assertThat(lease.leave()).as("it has ended").isFalse();
    assertThat(next.get(1, TimeUnit.MINUTES).slabs()).hasSize(1);
  }

  private void take(CompletableFuture<SlabPool.Taken> into) {
    try {
      into.complete(pool.take(1));
    } catch (InterruptedException | RuntimeException e) {
      into.completeExceptionally(e);
    }
  }

  @Test
  void whoWantsSlabsOfALeaseThatIsHeldIsToldThatThereAreNone() throws Exception {
    Lease lease = lease();
    assertThat(lease.enter()).isTrue();
    assertThat(pool.take(1).slabs()).isEmpty();
    assertThat(lease.leave()).isTrue();
    assertThat(pool.take(1).slabs()).isEmpty();
  }

  @Test
  void slabsThatWouldNotBeEnoughAreNotWaitedFor() throws Exception {
    try (SlabPool three = pool(3)) {
      Lease ending = new Lease(7, three.take(1).slabs(), three);
      Lease held = new Lease(8, three.take(1).slabs(), three);
      assertThat(ending.enter()).isTrue();
      ending.end();
      long begin = System.nanoTime();
      assertThat(three.take(3).slabs()).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
      assertThat(held.slabs()).isOne();
      assertThat(ending.leave()).isFalse();
    }
  }

  @Test
  void aLeaseThatHasEndedLetsNobodyIn() throws Exception {
    Lease lease = lease();
    lease.end();
    assertThat(lease.enter()).isFalse();
    assertThat(pool.take(1).slabs()).hasSize(1);
  }
}
