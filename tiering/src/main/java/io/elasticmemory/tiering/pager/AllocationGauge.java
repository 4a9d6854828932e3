package io.elasticmemory.tiering.pager;

import com.sun.management.ThreadMXBean;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what the shard's thread has allocated in the heap: the proof that the fault path
 * allocates nothing. Asked by another thread, because asking allocates.
 */
final class AllocationGauge {
  /** An image that was linked for a program may lack it; the pager runs on it all the same. */
  private static final boolean HAS_MANAGEMENT =
      ModuleLayer.boot().findModule("jdk.management").isPresent();

  private final long shardThreadId;
  private final Counters counters;

  /** Made when first used: it takes the JVM some milliseconds, which the start has no time for. */
  private @Nullable ThreadMXBean threads;

  AllocationGauge(Thread shardThread, Counters counters) {
    this.shardThreadId = shardThread.threadId();
    this.counters = counters;
  }

  /** Sets the gauge; always on the same thread, which writes no other counter. */
  void publish() {
    if (!HAS_MANAGEMENT) {
      return;
    }
    ThreadMXBean bean = threads;
    if (bean == null) {
      bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      threads = bean;
    }
    counters.set(Counter.shardAllocatedBytes, bean.getThreadAllocatedBytes(shardThreadId));
  }
}
