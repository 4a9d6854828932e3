package io.elasticmemory.tiering.sim;

import io.elasticmemory.port.Donor;
import io.elasticmemory.tiering.pager.Done;
import io.elasticmemory.tiering.pager.Hints;
import io.elasticmemory.tiering.pager.Shard;
import io.elasticmemory.tiering.pager.SimulatedShards;
import io.elasticmemory.tiering.pager.Warden;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The real shard in a simulated world. */
final class ShardPager implements Pager {
  private static final int HINTS_MAX = 32;

  private final ArrayDeque<Long> hints = new ArrayDeque<>();
  private final Arena arena = Arena.ofConfined();
  private final Shard shard;

  ShardPager(World world, Defect defect, Warden warden) {
    List<Donor> donors = new ArrayList<>();
    for (SimDonor donor : world.donors) {
      donors.add(defect.donor(donor, world.geometry.blockBytes()));
    }
    shard =
        SimulatedShards.open(
            world.geometry,
            world.scenario.settings(),
            world.clock,
            defect.faults(world),
            defect.pages(world),
            donors,
            world.table.segment(),
            world.counters,
            arena,
            world::entryStored,
            defect.plant(),
            warden);
    shard.follow(new Queue());
  }

  private final class Queue implements Hints {
    @Override
    public long next() {
      return hints.isEmpty() ? NONE : hints.getFirst();
    }

    @Override
    public void taken() {
      hints.remove();
    }
  }

  @Override
  public boolean turn() {
    return shard.turn();
  }

  @Override
  public long idleNanos() {
    return shard.idleNanos();
  }

  @Override
  public void discard(int firstBlock, int blockCount, Done done) {
    shard.discard(firstBlock, blockCount, done);
  }

  @Override
  public void unload(int firstBlock, int blockCount, Done done) {
    shard.unload(firstBlock, blockCount, done);
  }

  @Override
  public void prefetch(long offset, long bytes) {
    shard.prefetch(offset, bytes);
  }

  @Override
  public void hint(long offset) {
    if (hints.size() < HINTS_MAX) {
      hints.add(offset);
    }
  }

  @Override
  public void resize(long budgetBytes, Done done) {
    shard.resize(budgetBytes, done);
  }

  @Override
  public void close() {
    shard.close();
    arena.close();
  }
}
