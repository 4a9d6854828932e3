package io.elasticmemory.tiering.sim;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.tiering.pager.BudgetPool;
import io.elasticmemory.tiering.pager.Done;
import io.elasticmemory.tiering.pager.Hints;
import io.elasticmemory.tiering.pager.Purse;
import io.elasticmemory.tiering.pager.Shard;
import io.elasticmemory.tiering.pager.SimulatedShards;
import io.elasticmemory.tiering.pager.SimulatedShards.Encrypted;
import io.elasticmemory.tiering.pager.Warden;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The real shards in a simulated world. They take turns, which is all that threads could do. When
 * the world kills them, others take over after a while: table, memory file, donors and unanswered
 * orders are what they find.
 */
final class ShardPager implements Pager {
  private static final int HINTS_MAX = 32;
  private static final long DOWN_NANOS_MAX = 4_000_000;
  private static final int DOWN_STEPS = 8;

  private final World world;
  private final Defect defect;
  private final Warden warden;
  private final Stripes stripes;
  private final int blocks;
  private final int blockBytes;
  private final List<Shard> shards = new ArrayList<>();
  private final List<Queue> hints = new ArrayList<>();
  private final List<List<Order>> rings = new ArrayList<>();
  private Arena arena = Arena.ofConfined();
  private boolean down;
  private long downUntil;

  ShardPager(World world, Defect defect, Warden warden) {
    this.world = world;
    this.defect = defect;
    this.warden = warden;
    stripes = world.scenario.stripes();
    blocks = world.geometry.blockCount();
    blockBytes = world.geometry.blockBytes();
    for (int shard = 0; shard < stripes.shards(); shard++) {
      hints.add(new Queue());
      rings.add(new ArrayList<>());
      world.unmappers.add(new Unmapper(world));
    }
    start();
  }

  // ---- life and death

  private void start() {
    long handedOver = world.scenario.settings().budgetBytes();
    long budgetBytes = world.table.budgetBytes(handedOver);
    BudgetPool budget =
        world.bound.narrowBytes() > 0
            ? SimulatedShards.narrow(world.geometry, stripes, world.bound.narrowBytes())
            : new BudgetPool(world.geometry, stripes, budgetBytes, _ -> {});
    long[] residentBytes =
        SimulatedShards.residentBytes(
            stripes, world.kernel, world.counters, world.geometry, world.kernel.pageBytes());
    boolean first = world.table.epoch() == 1;
    for (int shard = 0; shard < stripes.shards(); shard++) {
      Purse purse = first ? budget.purse(shard) : budget.purse(shard, residentBytes[shard]);
      shards.add(open(purse, shard, residentBytes[shard]));
      shards.getLast().follow(hints.get(shard));
      shards.getLast().follow(world.unmappers.get(shard).open());
    }
  }

  private Shard open(Purse purse, int shard, long residentBytes) {
    List<Donor> donors = new ArrayList<>();
    for (SimDonor donor : world.donors) {
      boolean own = donor.shard() == shard && !donor.isCopy();
      donors.add(own ? open(donor) : SimulatedShards.nothingOf(donor));
    }
    return SimulatedShards.open(
        world.geometry,
        world.scenario.settings(),
        purse,
        stripes,
        shard,
        residentBytes,
        world.clock,
        new ShardFaults(defect.faults(world), world.kernel, stripes, shard),
        defect.pages(world),
        donors,
        world.table.segment(),
        world.notes::of,
        encrypted(),
        world.counters.of(shard),
        arena,
        world::entryStored,
        defect.plant(),
        warden);
  }

  private @Nullable Encrypted encrypted() {
    return world.seals == null ? null : new Encrypted(world.seals.segment(), world::sealed);
  }

  private Donor open(SimDonor donor) {
    return donor.isMirrored()
        ? SimMirror.open(world, defect, donor, world.donors.get(donor.index() + 1), arena)
        : defect.donor(donor, world.geometry.blockBytes());
  }

  private void die() {
    world.killer.killed(isAdopting());
    down = true;
    downUntil = world.clock.nanoTime() + world.random.between(0, DOWN_NANOS_MAX);
    shards.clear();
    world.donors.forEach(SimDonor::orphan);
    arena.close();
  }

  private void takeOver() {
    world.killer.begins();
    world.table.raiseEpoch();
    world.donors.forEach(SimDonor::reopen);
    arena = Arena.ofConfined();
    down = false;
    start();
    for (int shard = 0; shard < rings.size(); shard++) {
      for (Order order : List.copyOf(rings.get(shard))) {
        if (defect == Defect.DISCARD_NOT_REPEATED && order.kind == Kind.DISCARD) {
          answer(shard, order, 0);
        } else {
          give(shard, order);
        }
      }
    }
  }

  @Override
  public boolean isAdopting() {
    return down || SimulatedShards.areAdopting(shards);
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
    if (down) {
      world.clock.pass(DOWN_NANOS_MAX / DOWN_STEPS);
      world.agenda.run(world.clock.nanoTime());
      if (world.clock.nanoTime() >= downUntil) {
        takeOver();
      }
      return true;
    }
    boolean[] worked = {false};
    boolean alive = world.killer.run(() -> shards.forEach(shard -> worked[0] |= shard.turn()));
    if (!alive) {
      die();
    }
    return worked[0] || !alive;
  }

  @Override
  public long idleNanos() {
    return shards.stream().mapToLong(Shard::idleNanos).min().orElse(0);
  }

  // ---- orders, which stay in a ring until they are answered

  private enum Kind {
    DISCARD,
    UNLOAD,
    KEEP,
    LOAD,
    PIN,
    UNPIN,
    RESIZE
  }

  private static final class Order {
    private final BiConsumer<Shard, Done> to;
    private final Done done;
    private final Kind kind;
    private final int firstBlock;

    Order(Kind kind, int firstBlock, BiConsumer<Shard, Done> to, Done done) {
      this.kind = kind;
      this.firstBlock = firstBlock;
      this.to = to;
      this.done = done;
    }
  }

  private void ask(int shard, Order order) {
    rings.get(shard).add(order);
    give(shard, order);
  }

  private void give(int shard, Order order) {
    if (down) {
      return;
    }
    Done answer = result -> answer(shard, order, result);
    if (!world.killer.run(() -> order.to.accept(shards.get(shard), answer))) {
      die();
    }
  }

  private void answer(int shard, Order order, long result) {
    rings.get(shard).remove(order);
    world.killer.hear(() -> order.done.done(result));
  }

  /** Each does its part; done when all have, with the last answer that is not 0. */
  private void all(Kind kind, int firstBlock, BiConsumer<Shard, Done> order, Done done) {
    Done part = parts(stripes.shards(), done);
    for (int shard = 0; shard < stripes.shards(); shard++) {
      ask(shard, new Order(kind, firstBlock, order, part));
    }
  }

  private static Done parts(int count, Done done) {
    long[] answer = {0, count};
    return result -> {
      answer[0] = result != 0 ? result : answer[0];
      if (--answer[1] == 0) {
        done.done(answer[0]);
      }
    };
  }

  @Override
  public void discard(int firstBlock, int blockCount, Done done) {
    all(
        Kind.DISCARD,
        firstBlock,
        (shard, part) -> shard.discard(firstBlock, blockCount, part),
        done);
  }

  @Override
  public void unload(int firstBlock, int blockCount, Done done) {
    all(Kind.UNLOAD, firstBlock, (shard, part) -> shard.unload(firstBlock, blockCount, part), done);
  }

  @Override
  public void keep(int firstBlock, int blockCount, Done done) {
    all(Kind.KEEP, firstBlock, (shard, part) -> shard.keep(firstBlock, blockCount, part), done);
  }

  @Override
  public void load(int firstBlock, int blockCount, Done done) {
    byStripe(Kind.LOAD, firstBlock, blockCount, Shard::load, done);
  }

  @Override
  public void pin(int firstBlock, int blockCount, Done done) {
    byStripe(Kind.PIN, firstBlock, blockCount, Shard::pin, done);
  }

  @Override
  public void unpin(int firstBlock, int blockCount, Done done) {
    byStripe(Kind.UNPIN, firstBlock, blockCount, Shard::unpin, done);
  }

  /** An order about blocks of one stripe. */
  private interface OwnOrder {
    void to(Shard shard, int firstBlock, int blockCount, Done done);
  }

  /** Each stripe by itself; done when all are, with the last answer that is not 0. */
  private void byStripe(Kind kind, int firstBlock, int blockCount, OwnOrder order, Done done) {
    int stripeBlocks = (int) Math.min(blocks, stripes.stripeBytes() / blockBytes);
    int end = firstBlock + blockCount;
    int last = (end - 1) / stripeBlocks;
    Done part = parts(last - firstBlock / stripeBlocks + 1, done);
    for (int at = firstBlock; at < end; ) {
      int from = at;
      int next = Math.min(end, (at / stripeBlocks + 1) * stripeBlocks);
      int shard = stripes.shardOf((long) at * blockBytes);
      ask(shard, new Order(kind, from, (to, own) -> order.to(to, from, next - from, own), part));
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
    ask(0, new Order(Kind.RESIZE, 0, (shard, part) -> shard.resize(budgetBytes, part), done));
  }

  /** What it has been asked for and has not answered. */
  void print(Fingerprint print) {
    for (List<Order> ring : rings) {
      for (Order order : ring) {
        print.add(order.kind.ordinal() * 1024L + order.firstBlock);
      }
      print.add(ring.size());
    }
  }

  @Override
  public void close() {
    shards.forEach(Shard::close);
    if (!down) {
      arena.close();
    }
  }
}
