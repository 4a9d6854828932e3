package io.elasticmemory.agent.sight;

import io.elasticmemory.EmpException;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.space.SpaceHeap;
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

  @Override
  public void pin(long address, long bytes) {
    long offset = offset(address, bytes);
    try {
      gift.space().pin(offset, bytes);
    } catch (EmpException e) {
      // Without its cause: whoever is asking does not know our classes, and may be remote.
      throw new IllegalStateException(e.getMessage());
    }
  }

  @Override
  public void unpin(long address, long bytes) {
    gift.space().unpin(offset(address, bytes), bytes);
  }

  private long offset(long address, long bytes) {
    SpaceHeap heap = gift.space().heap();
    long offset = address - heap.base();
    if (bytes <= 0 || offset < 0 || offset > heap.capacityBytes() - bytes) {
      throw new IllegalArgumentException(
          ("%d bytes at address %#x are not in the space, which has %d at %#x; ordinary memory"
                  + " needs no pin")
              .formatted(bytes, address, heap.capacityBytes(), heap.base()));
    }
    return offset;
  }
}
