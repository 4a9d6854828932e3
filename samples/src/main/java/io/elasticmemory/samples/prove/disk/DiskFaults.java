package io.elasticmemory.samples.prove.disk;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Which faults happen by the {@link DiskWeather}, and how often each has. For any thread, but that
 * transfers come one after the other.
 */
final class DiskFaults {
  private final Duration delay;
  private final Map<DiskFault, AtomicLong> counts = new EnumMap<>(DiskFault.class);
  private volatile CountDownLatch stuck = new CountDownLatch(1);
  private volatile DiskWeather weather = DiskWeather.CALM;
  private CountDownLatch held = stuck;

  /**
   * None yet.
   *
   * @param delay of what is slow
   */
  DiskFaults(Duration delay) {
    this.delay = delay;
    for (DiskFault fault : DiskFault.values()) {
      counts.put(fault, new AtomicLong());
    }
  }

  void weather(DiskWeather next) {
    weather = next;
  }

  /** What happens to the next transfer. */
  DiskFault next(boolean write, long offset, int bytes) {
    DiskFault fault = weather.next(write, offset, bytes);
    if (!write && !fault.happensToReads()) {
      fault = DiskFault.NONE;
    }
    // First, so that whoever sees the count can release it.
    held = stuck;
    counter(fault).incrementAndGet();
    return fault;
  }

  /** When the transfer is answered to which that has just happened; null if at once. */
  FuseAnswer.@Nullable Moment moment(DiskFault fault) {
    CountDownLatch released = held;
    return switch (fault) {
      case SLOW -> () -> Thread.sleep(delay);
      case STUCK -> released::await;
      default -> null;
    };
  }

  /** All that is stuck is answered. */
  void release() {
    CountDownLatch before = stuck;
    stuck = new CountDownLatch(1);
    before.countDown();
  }

  long count(DiskFault fault) {
    return counter(fault).get();
  }

  private AtomicLong counter(DiskFault fault) {
    return Objects.requireNonNull(counts.get(fault));
  }
}
