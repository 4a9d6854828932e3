package io.elasticmemory.tiering.pager;

import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Pages;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Opens shards for the simulation: watched at every store to the table, and defective if wanted.
 */
public final class SimulatedShards {
  /** Wrong answers to the shard's own questions. */
  public enum Plant {
    /** None. */
    NONE,
    /** Everything that ends counts, whatever has happened to its block meanwhile. */
    LATE_COMPLETION_TAKEN,
    /** A slot is free whatever is under way. */
    SLOT_REUSED_EARLY,
    /** What is pinned leaves like everything else. */
    PINNED_LEAVES
  }

  private SimulatedShards() {}

  /** How a shard sees a donor of which it has no slab. */
  public static Donor nothingOf(Donor donor) {
    return new NoDonor(donor.name(), donor.tier());
  }

  /** A shard; its private memory lives in the arena. */
  public static Shard open(
      Geometry geometry,
      ShardSettings settings,
      Purse purse,
      Clock clock,
      Faults faults,
      Pages pages,
      List<Donor> donors,
      MemorySegment table,
      Counters counters,
      Arena arena,
      IntConsumer entryStored,
      Plant plant,
      Warden warden) {
    return new Shard(
        geometry,
        settings,
        purse,
        clock,
        faults,
        pages,
        donors,
        new BlockTable(table, geometry, entryStored::accept),
        counters,
        bytes -> arena.allocate(bytes, 8),
        warden,
        rules(plant));
  }

  private static Rules rules(Plant plant) {
    return switch (plant) {
      case NONE -> Rules.STRICT;
      case LATE_COMPLETION_TAKEN ->
          new Rules() {
            @Override
            boolean isCurrent(long word, int generation) {
              return BlockWord.generation(word) >= 0;
            }
          };
      case PINNED_LEAVES ->
          new Rules() {
            @Override
            boolean mayLeave(boolean pinned) {
              return true;
            }
          };
      case SLOT_REUSED_EARLY ->
          new Rules() {
            @Override
            boolean mayReuse(boolean underWay) {
              return true;
            }
          };
    };
  }
}
