package io.elasticmemory.port.verbs.testing;

import io.elasticmemory.port.Pollable;
import io.elasticmemory.port.Poller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A poller that also knows channels and queues of a {@link FakeFabric}, which have no descriptor.
 */
public final class FabricPoller implements Poller {
  private static final long LOOK_NANOS = 500_000;

  private final Poller poller;
  private final Map<Pollable, Ready> ofFabric = new LinkedHashMap<>();

  /** Everything with a descriptor is left to the other, which is closed with this one. */
  public FabricPoller(Poller poller) {
    this.poller = poller;
  }

  private static boolean isOfFabric(Pollable source) {
    return source.descriptor() < 0;
  }

  @Override
  public void watch(Pollable source, int interest, Ready ready) {
    if (isOfFabric(source)) {
      ofFabric.put(source, ready);
    } else {
      poller.watch(source, interest, ready);
    }
  }

  @Override
  public void interest(Pollable source, int interest) {
    poller.interest(source, interest);
  }

  @Override
  public void forget(Pollable source) {
    if (isOfFabric(source)) {
      ofFabric.remove(source);
    } else {
      poller.forget(source);
    }
  }

  @Override
  public int await(long timeoutNanos) {
    long begin = System.nanoTime();
    while (true) {
      int called = lookAtFabric();
      long left = timeoutNanos < 0 ? LOOK_NANOS : timeoutNanos - (System.nanoTime() - begin);
      called += poller.await(called > 0 ? 0 : Math.clamp(left, 0, LOOK_NANOS));
      if (called > 0 || left <= 0) {
        return called;
      }
    }
  }

  private int lookAtFabric() {
    AtomicInteger called = new AtomicInteger();
    for (Map.Entry<Pollable, Ready> one : List.copyOf(ofFabric.entrySet())) {
      if (FakeFabric.isReadable(one.getKey())) {
        one.getValue().ready(READ);
        called.incrementAndGet();
      }
    }
    return called.get();
  }

  @Override
  public void close() {
    poller.close();
  }
}
