package io.elasticmemory.agent.sight;

import java.lang.management.BufferPoolMXBean;
import javax.management.ObjectName;

/**
 * What lies in the space as a pool of buffers, {@code java.nio:type=BufferPool,name=emp}, beside
 * those of the JDK: what it holds is not in "direct". Any thread.
 */
final class PoolView implements BufferPoolMXBean {
  private final Gift gift;
  private final ObjectName name;

  PoolView(Gift gift, ObjectName name) {
    this.gift = gift;
    this.name = name;
  }

  @Override
  public String getName() {
    return "emp";
  }

  @Override
  public long getCount() {
    return gift.allocations().getAsLong() - gift.freed().getAsLong();
  }

  @Override
  public long getTotalCapacity() {
    return gift.usedBytes().getAsLong();
  }

  @Override
  public long getMemoryUsed() {
    return gift.usedBytes().getAsLong();
  }

  @Override
  public ObjectName getObjectName() {
    return name;
  }
}
