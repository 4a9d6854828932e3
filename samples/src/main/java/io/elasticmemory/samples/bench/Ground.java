package io.elasticmemory.samples.bench;

import io.elasticmemory.counters.Counter;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Where a workload's memory comes from: a space, or ordinary memory to compare with. */
public interface Ground extends AutoCloseable {
  /** A shared arena. */
  Arena newArena();

  /** Bytes of a block; 0 in ordinary memory. */
  int blockBytes();

  /** Bytes of a subblock; 0 in ordinary memory. */
  int subblockBytes();

  /** The DRAM budget last asked for, in bytes; 0 in ordinary memory. */
  long budgetBytes();

  /** Bytes present, as the kernel counts them. */
  long residentBytes();

  /** What the pager counts; empty in ordinary memory. */
  Map<Counter, Long> counters();

  /** Changes the budget; the future completes when it is kept. */
  CompletableFuture<Void> resize(long bytes);

  /** Process id of the pager; 0 in ordinary memory. */
  long pagerPid();

  @Override
  void close();
}
