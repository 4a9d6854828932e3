package io.elasticmemory.agent.sight;

import io.elasticmemory.counters.Counter;
import java.util.LinkedHashMap;
import java.util.Map;

/** The space for the beans' server. Any thread. */
final class SpaceView implements SpaceMXBean {
  private final Gift gift;

  SpaceView(Gift gift) {
    this.gift = gift;
  }

  @Override
  public String getPath() {
    return gift.space().path().toString();
  }

  @Override
  public long getPagerPid() {
    return gift.space().pagerPid();
  }

  @Override
  public long getCapacityBytes() {
    return gift.space().geometry().capacityBytes();
  }

  @Override
  public long getDramBytes() {
    return gift.space().budgetBytes();
  }

  @Override
  public long getResidentBytes() {
    return gift.space().counters().get(Counter.residentBytes);
  }

  @Override
  public long getUsedBytes() {
    return gift.usedBytes().getAsLong();
  }

  @Override
  public long getAllocations() {
    return gift.allocations().getAsLong();
  }

  @Override
  public long getFreed() {
    return gift.freed().getAsLong();
  }

  @Override
  public long getFallbacks() {
    return gift.fallbacks().getAsLong();
  }

  @Override
  public Map<String, Long> getCounters() {
    Map<String, Long> counters = new LinkedHashMap<>();
    gift.space().counters().snapshot().forEach((name, value) -> counters.put(name.name(), value));
    return counters;
  }
}
