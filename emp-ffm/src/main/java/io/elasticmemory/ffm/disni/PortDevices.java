package io.elasticmemory.ffm.disni;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What DiSNI's users compare by identity or number: one context for each device, and queue pairs by
 * a number that is never used again. Usable from every thread.
 */
final class PortDevices {
  private final Map<String, PortContext> contexts = new HashMap<>();
  private final Map<Integer, PortQueuePair> queuePairs = new HashMap<>();
  private int lastNumber;

  synchronized PortContext context(String device) throws IOException {
    PortContext context = contexts.get(device);
    if (context == null) {
      context = new PortContext(device, contexts.size() + 1);
      contexts.put(device, context);
    }
    return context;
  }

  synchronized int newNumber() {
    return ++lastNumber;
  }

  synchronized void add(PortQueuePair queuePair, int number) {
    queuePairs.put(number, queuePair);
  }

  synchronized void remove(int number) {
    queuePairs.remove(number);
  }

  /** The queue pair that has this number, unless it was destroyed. */
  synchronized @Nullable PortQueuePair queuePair(int number) {
    return queuePairs.get(number);
  }
}
