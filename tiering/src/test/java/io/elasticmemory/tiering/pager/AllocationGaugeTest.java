package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.CountersLayout;
import java.lang.foreign.Arena;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AllocationGaugeTest {
  private static final int ARRAY_BYTES = 1 << 20;

  private final Counters counters =
      new Counters(Arena.ofAuto().allocate(CountersLayout.PAGE_BYTES, 8));

  @Test
  void publishesWhatAnotherThreadHasAllocated() throws Exception {
    SynchronousQueue<Integer> sizes = new SynchronousQueue<>();
    CountDownLatch allocated = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    byte[] array = new byte[sizes.take()];
                    allocated.countDown();
                    end.await();
                    assertThat(array).isNotEmpty();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    AllocationGauge gauge = new AllocationGauge(thread, counters);
    gauge.publish();
    long before = counters.get(Counter.shardAllocatedBytes);

    sizes.put(ARRAY_BYTES);
    assertThat(allocated.await(30, TimeUnit.SECONDS)).isTrue();
    gauge.publish();
    long after = counters.get(Counter.shardAllocatedBytes);
    end.countDown();
    thread.join();

    assertThat(after - before).isBetween((long) ARRAY_BYTES, 2L * ARRAY_BYTES);
  }
}
