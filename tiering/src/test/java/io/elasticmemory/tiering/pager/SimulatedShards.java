package io.elasticmemory.tiering.pager;

import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.tiering.store.Debts;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import io.elasticmemory.wire.SealTableLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

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
    PINNED_LEAVES,
    /** Slots are free until it is known that they are not. */
    SLOTS_TAKEN_UNKNOWN,
    /** Whatever is present counts. */
    ALIEN_TRUSTED,
    /** A discard that was begun ends where it was. */
    DISCARD_DROPPED,
    /** A donor is written at once. */
    UNFENCED_WRITTEN,
    /** What was pinned is not. */
    PINS_NOT_ADOPTED,
    /** Each pager counts by itself how often it has sealed a subblock. */
    GENERATIONS_COUNTED_ANEW
  }

  /**
   * An encrypted space.
   *
   * @param table with seals, and the key
   * @param watch hears of each sealing before anything of it leaves
   */
  public record Encrypted(MemorySegment table, Watch watch) {
    /** Hears of sealings. */
    @FunctionalInterface
    public interface Watch {
      /** A subblock was sealed in a generation. */
      void sealed(long place, long generation);
    }
  }

  private static final int ENTRIES_PER_TURN = 7;

  /** Three blocks. */
  private static final int BYTES_PER_TURN = 3 * (8 << 10);

  private SimulatedShards() {}

  /** How a shard sees a donor of which it has no slab. */
  public static Donor nothingOf(Donor donor) {
    return new NoDonor(donor.name(), donor.tier());
  }

  /** What the disk that keeps the copy of a donor owes, in the table. */
  public static Debts debts(MemorySegment table, int donor, int shard, long epoch) {
    return new TableDebts(table, donor, shard, epoch);
  }

  /** What is present in the stripes of each shard, as far as that can be known at once. */
  public static long[] residentBytes(
      Stripes stripes, Pages pages, ShardCounters counters, Geometry geometry, int pageBytes) {
    return Inheritance.residentBytes(stripes, pages, counters, geometry, pageBytes);
  }

  /** True if one of them has not found out all that the pager before has left. */
  public static boolean areAdopting(List<Shard> shards) {
    return shards.stream().anyMatch(Shard::isAdopting);
  }

  /** A budget that may be as small as it likes. */
  public static BudgetPool narrow(Geometry geometry, Stripes stripes, long budgetBytes) {
    return new BudgetPool(geometry, stripes, budgetBytes, budgetBytes, _ -> {});
  }

  /** The only shard, of a first pager. */
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
    return open(
        geometry,
        settings,
        purse,
        Stripes.one(geometry.capacityBytes()),
        0,
        0,
        clock,
        faults,
        pages,
        donors,
        table,
        _ -> MemorySegment.NULL,
        null,
        counters,
        arena,
        entryStored,
        plant,
        warden);
  }

  /** Entries that were never written, a few at a time, as a sparse file would have them. */
  private static long nextData(MemorySegment table, long offset, long end) {
    long at = offset;
    while (at < end && table.get(ValueLayout.JAVA_BYTE, at) == 0) {
      at++;
    }
    return at < end ? Math.max(offset, at & -8) : end;
  }

  /** A shard; its private memory lives in the arena. */
  public static Shard open(
      Geometry geometry,
      ShardSettings settings,
      Purse purse,
      Stripes stripes,
      int shard,
      long residentBytes,
      Clock clock,
      Faults faults,
      Pages pages,
      List<Donor> donors,
      MemorySegment table,
      IntFunction<MemorySegment> slotBits,
      @Nullable Encrypted encrypted,
      Counters counters,
      Arena arena,
      IntConsumer entryStored,
      Plant plant,
      Warden warden) {
    return new Shard(
        geometry,
        settings,
        purse,
        new Inheritance(
            stripes,
            shard,
            residentBytes,
            (offset, end) -> nextData(table, offset, end),
            ENTRIES_PER_TURN,
            BYTES_PER_TURN),
        clock,
        faults,
        pages,
        donors,
        new BlockTable(table, geometry, entryStored::accept),
        slotBits,
        encrypted == null ? Seals.NONE : seals(encrypted, geometry, plant),
        counters,
        bytes -> arena.allocate(bytes, 8),
        warden,
        rules(plant));
  }

  private static Seals seals(Encrypted encrypted, Geometry geometry, Plant plant) {
    MemorySegment table = encrypted.table();
    if (plant != Plant.GENERATIONS_COUNTED_ANEW) {
      return new AesGcmSeals(table, geometry, encrypted.watch()::sealed);
    }
    Map<Long, Long> generations = new HashMap<>();
    return new AesGcmSeals(table, geometry, encrypted.watch()::sealed) {
      @Override
      long raise(long place) {
        long generation = generations.merge(place, 1L, Long::sum);
        SealTableLayout.generation(table, place, generation);
        return generation;
      }
    };
  }

  private static Rules rules(Plant plant) {
    return switch (plant) {
      case NONE, GENERATIONS_COUNTED_ANEW -> Rules.STRICT;
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
      case SLOTS_TAKEN_UNKNOWN ->
          new Rules() {
            @Override
            boolean mayTakeSlots(boolean known) {
              return true;
            }

            @Override
            boolean staysTaken() {
              return false;
            }
          };
      case ALIEN_TRUSTED ->
          new Rules() {
            @Override
            boolean isAlien(boolean matches) {
              return false;
            }
          };
      case DISCARD_DROPPED ->
          new Rules() {
            @Override
            boolean finishesDiscards() {
              return false;
            }
          };
      case UNFENCED_WRITTEN ->
          new Rules() {
            @Override
            boolean mayWrite(boolean fenced) {
              return true;
            }
          };
      case PINS_NOT_ADOPTED ->
          new Rules() {
            @Override
            boolean staysPinned() {
              return false;
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
