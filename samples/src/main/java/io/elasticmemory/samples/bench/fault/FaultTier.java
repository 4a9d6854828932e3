package io.elasticmemory.samples.bench.fault;

import io.elasticmemory.counters.Counter;
import java.util.Locale;

/** Where the bytes of a faulting page come from. */
public enum FaultTier {
  /** Nowhere: first touch. */
  ZERO(Counter.faultsZero),
  /** An exporter, over TCP on the loopback device. */
  REMOTE(Counter.faultsRemote),
  /** A spill file, read past the page cache. */
  SSD(Counter.faultsSsd);

  private final Counter counter;

  FaultTier(Counter counter) {
    this.counter = counter;
  }

  /** What the pager counts such faults with. */
  Counter counter() {
    return counter;
  }

  /** The word for it on the command line and in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
