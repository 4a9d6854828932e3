package io.elasticmemory.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Platform;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When the slabs of a lease go back to the pool. */
class LeaseTest {
  private final SlabPool pool = new SlabPool(Platform.find().memories(), 1, false, false);

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
  void whoWantsSlabsOfALeaseThatIsHeldIsToldAtOnceThatThereAreNone() throws Exception {
    Lease lease = lease();
    assertThat(lease.enter()).isTrue();
    assertThat(pool.take(1).slabs()).isEmpty();
    assertThat(lease.leave()).isTrue();
    assertThat(pool.take(1).slabs()).isEmpty();
  }

  @Test
  void aLeaseThatHasEndedLetsNobodyIn() throws Exception {
    Lease lease = lease();
    lease.end();
    assertThat(lease.enter()).isFalse();
    assertThat(pool.take(1).slabs()).hasSize(1);
  }
}
