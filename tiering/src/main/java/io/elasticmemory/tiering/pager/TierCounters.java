package io.elasticmemory.tiering.pager;

import io.elasticmemory.Tier;
import io.elasticmemory.counters.Counter;

/** Which counter counts what for which tier. */
final class TierCounters {
  private TierCounters() {}

  /** Faults answered from the tier. */
  static Counter faults(Tier tier) {
    return switch (tier) {
      case DRAM, COMPRESSED -> Counter.faultsCompressed;
      case REMOTE -> Counter.faultsRemote;
      case SSD -> Counter.faultsSsd;
    };
  }

  /** Gauge of its slots in use. */
  static Counter slots(Tier tier) {
    return switch (tier) {
      case DRAM, COMPRESSED -> Counter.slotsCompressed;
      case REMOTE -> Counter.slotsRemote;
      case SSD -> Counter.slotsSsd;
    };
  }

  /** Time for which demanded bytes were on their way from there. */
  static Counter waitNanos(Tier tier) {
    return switch (tier) {
      case DRAM, COMPRESSED -> Counter.waitNanosCompressed;
      case REMOTE -> Counter.waitNanosRemote;
      case SSD -> Counter.waitNanosSsd;
    };
  }

  /** Bytes stored there, or brought from there. */
  static Counter bytes(Tier tier, boolean write) {
    return switch (tier) {
      case DRAM, COMPRESSED -> write ? Counter.bytesToCompressed : Counter.bytesFromCompressed;
      case REMOTE -> write ? Counter.bytesToRemote : Counter.bytesFromRemote;
      case SSD -> write ? Counter.bytesToSsd : Counter.bytesFromSsd;
    };
  }
}
