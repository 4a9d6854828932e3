package io.elasticmemory.samples.bench;

import io.elasticmemory.counters.Counter;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Memory of the JDK, with nothing to report. */
public final class OrdinaryMemory implements Ground {
  @Override
  public Arena newArena() {
    return Arena.ofShared();
  }

  @Override
  public int blockBytes() {
    return 0;
  }

  @Override
  public int subblockBytes() {
    return 0;
  }

  @Override
  public long budgetBytes() {
    return 0;
  }

  @Override
  public long residentBytes() {
    return 0;
  }

  @Override
  public Map<Counter, Long> counters() {
    return Map.of();
  }

  @Override
  public CompletableFuture<Void> resize(long bytes) {
    throw new UnsupportedOperationException("ordinary memory has no budget");
  }

  @Override
  public long pagerPid() {
    return 0;
  }

  @Override
  public void close() {}
}
