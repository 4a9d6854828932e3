package io.elasticmemory.tiering.sim;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.tiering.pager.BudgetPool;
import io.elasticmemory.tiering.pager.Done;
import io.elasticmemory.tiering.pager.Hints;
import io.elasticmemory.tiering.pager.Shard;
import io.elasticmemory.tiering.pager.SimulatedShards;
import io.elasticmemory.tiering.pager.Warden;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The real shards in a simulated world. They take turns, which is all that threads could do. */
final class ShardPager implements Pager {
  private static final int HINTS_MAX = 32;

  private final Arena arena = Arena.ofConfined();
  private final Stripes stripes;
  private final int blocks;
  private final int blockBytes;
  private final List<Shard> shards = new ArrayList<>();
  private final List<Queue> hints = new ArrayList<>();

  ShardPager(World world, Defect defect, Warden warden) {
    stripes = world.scenario.stripes();
    blocks = world.geometry.blockCount();
    blockBytes = world.geometry.blockBytes();
    long budgetBytes = world.scenario.settings().budgetBytes();
    BudgetPool budget = new BudgetPool(world.geometry, stripes, budgetBytes, _ -> {});
    for (int shard = 0; shard < stripes.shards(); shard++) {
      hints.add(new Queue());
      shards.add(open(world, defect, warden, budget, shard));
      shards.getLast().follow(hints.getLast());
      world.unmappers.add(new Unmapper(world));
      shards.getLast().follow(world.unmappers.getLast());
    }
  }

  private Shard open(World world, Defect defect, Warden warden, BudgetPool budget, int shard) {
    List<Donor> donors = new ArrayList<>();
    for (SimDonor donor : world.donors) {
      donors.add(
          donor.shard() == shard
              ? defect.donor(donor, world.geometry.blockBytes())
              : SimulatedShards.nothingOf(donor));
    }
    return SimulatedShards.open(
        world.geometry,
        world.scenario.settings(),
        budget.purse(shard),
        world.clock,
        new ShardFaults(defect.faults(world), world.kernel, stripes, shard),
        defect.pages(world),
        donors,
        world.table.segment(),
        world.counters.of(shard),
        arena,
        world::entryStored,
        defect.plant(),
        warden);
  }

  private static final class Queue extends ArrayDeque<Long> implements Hints {
    @Override
    public long next() {
      return isEmpty() ? NONE : getFirst();
    }

    @Override
    public void taken() {
      remove();
    }
  }

  @Override
  public boolean turn() {
    boolean worked = false;
    for (Shard shard : shards) {
      worked |= shard.turn();
    }
    return worked;
  }

  @Override
  public long idleNanos() {
    return shards.stream().mapToLong(Shard::idleNanos).min().orElseThrow();
  }

  /** Each does its part; done when all have, with the last answer that is not 0. */
  private void all(BiConsumer<Shard, Done> order, Done done) {
    long[] answer = {0, shards.size()};
    Done part =
        result -> {
          answer[0] = result != 0 ? result : answer[0];
          if (--answer[1] == 0) {
            done.done(answer[0]);
          }
        };
    shards.forEach(shard -> order.accept(shard, part));
  }

  @Override
  public void discard(int firstBlock, int blockCount, Done done) {
    all((shard, part) -> shard.discard(firstBlock, blockCount, part), done);
  }

  @Override
  public void unload(int firstBlock, int blockCount, Done done) {
    all((shard, part) -> shard.unload(firstBlock, blockCount, part), done);
  }

  @Override
  public void keep(int firstBlock, int blockCount, Done done) {
    all((shard, part) -> shard.keep(firstBlock, blockCount, part), done);
  }

  @Override
  public void load(int firstBlock, int blockCount, Done done) {
    byStripe(firstBlock, blockCount, Shard::load, done);
  }

  @Override
  public void pin(int firstBlock, int blockCount, Done done) {
    byStripe(firstBlock, blockCount, Shard::pin, done);
  }

  @Override
  public void unpin(int firstBlock, int blockCount, Done done) {
    byStripe(firstBlock, blockCount, Shard::unpin, done);
  }

  /** An order about blocks of one stripe. */
  private interface OwnOrder {
    void to(Shard shard, int firstBlock, int blockCount, Done done);
  }

  /** Each stripe by itself; done when all are, with the last answer that is not 0. */
  private void byStripe(int firstBlock, int blockCount, OwnOrder order, Done done) {
    int stripeBlocks = (int) Math.min(blocks, stripes.stripeBytes() / blockBytes);
    int end = firstBlock + blockCount;
    int last = (end - 1) / stripeBlocks;
    long[] answer = {0, last - firstBlock / stripeBlocks + 1};
    Done part =
        result -> {
          answer[0] = result != 0 ? result : answer[0];
          if (--answer[1] == 0) {
            done.done(answer[0]);
          }
        };
    for (int at = firstBlock; at < end; ) {
      int next = Math.min(end, (at / stripeBlocks + 1) * stripeBlocks);
      Shard shard = shards.get(stripes.shardOf((long) at * blockBytes));
      order.to(shard, at, next - at, part);
      at = next;
    }
  }

  @Override
  public void prefetch(long offset, long bytes) {
    shards.forEach(shard -> shard.prefetch(offset, bytes));
  }

  @Override
  public void hint(long offset) {
    Queue queue = hints.get(stripes.shardOf(offset));
    if (queue.size() < HINTS_MAX) {
      queue.add(offset);
    }
  }

  @Override
  public void resize(long budgetBytes, Done done) {
    shards.getFirst().resize(budgetBytes, done);
  }

  @Override
  public void close() {
    shards.forEach(Shard::close);
    arena.close();
  }
}
