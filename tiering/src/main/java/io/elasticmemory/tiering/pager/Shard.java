package io.elasticmemory.tiering.pager;

import io.elasticmemory.Advice;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Pages;
import io.elasticmemory.tiering.policy.BlockRecords;
import io.elasticmemory.tiering.policy.IntervalReplacement;
import io.elasticmemory.tiering.policy.MissCurve;
import io.elasticmemory.tiering.policy.PrefetchPolicy;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The paging logic of a space: one thread, no locks, nothing allocated after construction on the
 * path of a fault. Everything outside comes through ports, so a test can be the world.
 *
 * <p>Life: constructed with everything it needs, then {@link #turn} again and again, {@link #close}
 * once. A turn never blocks longer than a system call; {@link #idleNanos} says how long the caller
 * may sleep when no source becomes ready.
 */
public final class Shard implements Orders {
  private static final long MILLI = 1_000_000;
  private static final long CHECK_NANOS = MILLI / 4;

  /** So many times as long as a part of the adoption took it then rests. */
  private static final int ADOPTING_PAUSES = 3;

  /**
   * Between two checks deadlines are known to be at least so far away. A sleep that ends before the
   * next tick of the kernel costs it two writes to the clock: 5 us on a virtual machine.
   */
  private static final long UNCHECKED_NANOS_MAX = 20 * MILLI;

  private final Blocks blocks;
  private final Evictor evictor;
  private final Victims victims;
  private final Fetcher fetcher;
  private final Prefetcher prefetcher;
  private final Mover mover;
  private final FaultServer faultServer;
  private final Commands commands;
  private final HintDesk hintDesk;
  private final Sampler sampler;
  private final Warden warden;
  private final Purse purse;
  private boolean stopped;

  /** Finds out what an earlier pager has left; null when that is known, or there was none. */
  private @Nullable Adopter adopter;

  /** There is more to find out, and when nobody waits for it that goes on then. */
  private boolean adopts;

  private long adoptNextAt;

  /** The last turn has left something that can be done at once. */
  private boolean doneInPart;

  private long nextDeadlineNanos;
  private long deadlinesCheckedAt;
  private long gaugedBudgetBytes;

  /**
   * A shard over a whole space, or over its stripes of one. If the epoch in the table says that it
   * is not of the first pager, it takes over what the one before has left.
   *
   * @param purse what it has of the budget of the space
   * @param inheritance what it takes over, if it does
   * @param table of the same geometry
   * @param slotBits the part of it with this shard's slots of a donor, of no bytes if there is none
   * @param seals of the space, for this shard alone
   * @param donors ordered by tier; the index of a donor is part of the table
   * @param privateMemory gives zeroed memory that costs nothing until touched
   * @param warden ends the application when data is lost
   * @param rules {@link Rules#STRICT} but for what a simulation plants
   */
  Shard(
      Geometry geometry,
      ShardSettings settings,
      Purse purse,
      Inheritance inheritance,
      Clock clock,
      Faults faults,
      Pages pages,
      List<Donor> donors,
      BlockTable table,
      IntFunction<MemorySegment> slotBits,
      Seals seals,
      Counters counters,
      LongFunction<MemorySegment> privateMemory,
      Warden warden,
      Rules rules) {
    settings.requireBudget(geometry);
    this.warden = new OnlyOnce(warden);
    this.purse = purse;
    Residency residency = new Residency(geometry, privateMemory);
    Checksum checksum = new Checksum(table.spaceIdHigh(), table.spaceIdLow());
    Slots slots =
        new Slots(
            donors,
            geometry,
            new SlotContents(geometry, table, seals, checksum),
            clock,
            counters,
            settings.faultTimeoutNanos(),
            rules,
            slotBits,
            table.epoch() == 1,
            privateMemory);
    blocks =
        new Blocks(
            geometry,
            table,
            residency,
            purse.open(residency, geometry.subblockBytes(), geometry.subblocks()),
            new IntervalReplacement(
                new BlockRecords(privateMemory.apply(BlockRecords.bytes(geometry.blockCount()))),
                settings.coolingMax(geometry),
                IntervalReplacement.trialMin(geometry.blockBytes())),
            new MissCurve(geometry.blockCount(), geometry.blockBytes(), privateMemory),
            new ColdBlocks(slots, geometry.blockCount(), privateMemory),
            slots,
            seals,
            new Traffic(slots, geometry, counters, rules),
            faults,
            pages,
            clock,
            counters,
            rules);
    ShardFrames frames =
        ShardFrames.allocate(geometry, settings.frameBytes(), donors.size(), privateMemory);
    mover = new Mover(blocks, frames.moving(), checksum, settings);
    evictor = new Evictor(blocks, frames.leaving(), checksum, mover, settings);
    victims = new Victims(blocks, evictor, settings);
    PrefetchPolicy policy = settings.prefetchPolicy(geometry, privateMemory);
    Plans plans = new Plans(policy, geometry.subblocks());
    Losses losses = new Losses(blocks, this.warden, settings.poison());
    adoptNextAt = clock.nanoTime();
    fetcher =
        new Fetcher(blocks, frames.arriving(), checksum, plans, purse, mover, losses, settings);
    prefetcher = new Prefetcher(blocks, frames.arriving(), fetcher, policy, plans);
    faultServer =
        new FaultServer(
            blocks, fetcher, prefetcher, evictor, victims, mover, losses, this.warden, settings);
    hintDesk = new HintDesk(blocks, prefetcher);
    sampler = new Sampler(blocks, evictor);
    Discarder discarder = new Discarder(blocks, evictor, fetcher, mover, losses);
    commands =
        new Commands(
            blocks,
            evictor,
            prefetcher,
            discarder,
            new Bringer(
                blocks, faultServer, prefetcher, evictor, victims, mover, sampler, purse, settings),
            purse,
            settings);
    blocks.counters.set(Counter.blocksPerSpecimen, blocks.curve.blocksPerSpecimen());
    if (table.epoch() > 1) {
      adopter = new Adopter(blocks, discarder, purse, checksum, inheritance, privateMemory);
      blocks.adoptBy(adopter);
    }
    gaugeBudget();
  }

  private void gaugeBudget() {
    long bytes = blocks.budget.totalBytes();
    if (bytes != gaugedBudgetBytes) {
      gaugedBudgetBytes = bytes;
      blocks.counters.set(Counter.budgetBytes, bytes);
    }
  }

  /** After the end nothing is done any more. */
  private final class OnlyOnce implements Warden {
    private final Warden outer;

    OnlyOnce(Warden outer) {
      this.outer = outer;
    }

    @Override
    public void stop(String reason) {
      if (!stopped) {
        stopped = true;
        outer.stop(reason);
      }
    }

    @Override
    public void report(String loss) {
      outer.report(loss);
    }
  }

  /**
   * Does all that can be done now without waiting, or a bounded part of it: then {@link #idleNanos}
   * is 0. Returns true if that was anything.
   *
   * @throws SupersededException if a newer pager has the space
   */
  public boolean turn() {
    if (stopped) {
      return false;
    }
    blocks.table.requireEpoch();
    blocks.counters.add(Counter.turns, 1);
    if (adopter != null) {
      adopter.begin();
    }
    boolean worked = blocks.traffic.poll();
    sampler.collect();
    worked |= faultServer.readAndServe();
    worked |= faultServer.serveWaiting();
    worked |= blocks.traffic.startPending();
    sendUnsent();
    worked |= prefetcher.followPlans();
    int hinted = serveHints();
    worked |= hinted > 0;
    boolean partly = adopt();
    partly |= commands.step() || hinted == HintDesk.PLACES_PER_TURN_MAX;
    partly |= victims.run();
    sampler.ask();
    partly |= adopter == null && mover.run();
    partly |= checkTimes();
    if (blocks.traffic.hasUnsent()) {
      partly |= blocks.traffic.poll() && isAwaited();
      partly |= blocks.traffic.hasUnsent();
      worked = true;
    }
    doneInPart = partly;
    return (worked || partly) && !stopped;
  }

  /**
   * A part of what is to be found out; true while more is left that somebody waits for. For what
   * nobody waits for, most of the time is left to others: a thread that takes all of its share of a
   * CPU is not the next to get one when a fault comes.
   */
  private boolean adopt() {
    if (adopter == null) {
      return false;
    }
    boolean isAwaited = faultServer.waiting() > 0 || !commands.isEmpty();
    long now = blocks.clock.nanoTime();
    if (!isAwaited && now - adoptNextAt < 0) {
      return false;
    }
    boolean left = adopter.step(faultServer.waiting() > 0 && evictor.canStore());
    long end = blocks.clock.nanoTime();
    adoptNextAt = end + ADOPTING_PAUSES * (end - now);
    adopts = left;
    if (!left && adopter.isOver()) {
      adopter = null;
      blocks.adoptBy(null);
    }
    return left && isAwaited;
  }

  /** True while it is not all known what an earlier pager has left. */
  boolean isAdopting() {
    return adopter != null;
  }

  /** Nobody who waits for a donor waits for an eviction first. */
  private void sendUnsent() {
    if (blocks.traffic.hasUnsent()) {
      blocks.traffic.poll();
    }
  }

  /** The queue of a disk is filled before anything else is done that takes long. */
  private int serveHints() {
    int taken = hintDesk.serve();
    sendUnsent();
    return taken;
  }

  /** True if somebody waits for what a transfer may have made possible. */
  private boolean isAwaited() {
    return faultServer.waiting() > 0
        || !commands.isEmpty()
        || blocks.budget.isPressed()
        || hintDesk.hasPlaces();
  }

  /**
   * Looks at deadlines and at the other shards. Not in every turn: deadlines are milliseconds away
   * at least, and turns microseconds long.
   *
   * @return true if there is something to do that was not known of before
   */
  private boolean checkTimes() {
    long now = blocks.clock.nanoTime();
    if (now - deadlinesCheckedAt < CHECK_NANOS) {
      nextDeadlineNanos = Math.min(nextDeadlineNanos, uncheckedNanos());
      return false;
    }
    deadlinesCheckedAt = now;
    blocks.sampling.look(now);
    boolean resized = purse.look(blocks.budget, now);
    long next = Math.min(fetcher.checkDeadlines(now), faultServer.checkDeadlines(now));
    nextDeadlineNanos =
        Math.min(next, Math.min(evictor.checkDeadlines(now), mover.checkDeadlines(now)));
    nextDeadlineNanos = Math.min(nextDeadlineNanos, purse.nanosUntilLook(blocks.budget, now));
    gaugeBudget();
    blocks.gaugeMisses();
    prefetcher.gauge();
    return resized;
  }

  /** True while something is under way that needs no CPU of this machine. */
  public boolean awaitsElsewhere() {
    return blocks.traffic.awaitsElsewhere();
  }

  private long uncheckedNanos() {
    return fetcher.hasRetries() ? MILLI : UNCHECKED_NANOS_MAX;
  }

  /** The kernel's id of the thread that faulted last, 0 if there was none. */
  public int lastFaulter() {
    return faultServer.lastThread();
  }

  /** How long nothing will have to be done after this turn if no source becomes ready. */
  public long idleNanos() {
    if (doneInPart) {
      return 0;
    }
    long next = nextDeadlineNanos;
    if (faultServer.waiting() > 0
        || !commands.isEmpty()
        || blocks.traffic.hasUnstarted()
        || hintDesk.hasPlaces()) {
      next = Math.min(next, MILLI);
    }
    if (adopts) {
      next = Math.min(next, Math.max(0, adoptNextAt - blocks.clock.nanoTime()));
    }
    if (blocks.budget.isPressed()) {
      next = Math.min(next, Math.max(victims.nanosUntilVictim(), victims.pauseNanos()));
    }
    return Math.min(Math.min(next, blocks.traffic.nanosToNextEvent()), 1_000 * MILLI);
  }

  /** Sees which blocks are in use by having them unmapped there, from now on. */
  public void follow(Unmaps unmaps) {
    sampler.follow(unmaps);
  }

  /** Brings in what is hinted at there, from now on: subblock by subblock, in their order. */
  public void follow(Hints hints) {
    hintDesk.follow(hints);
  }

  /** Takes samples of its faults there, from now on, while they are wanted. */
  public void follow(SampleWriter samples) {
    blocks.sampling.follow(samples);
  }

  @Override
  public void discard(int firstBlock, int blockCount, Done done) {
    requireRange(firstBlock, blockCount);
    commands.discard(firstBlock, blockCount, done);
  }

  @Override
  public void unload(int firstBlock, int blockCount, Done done) {
    requireRange(firstBlock, blockCount);
    commands.unload(firstBlock, blockCount, done);
  }

  @Override
  public void keep(int firstBlock, int blockCount, Done done) {
    requireRange(firstBlock, blockCount);
    commands.keep(firstBlock, blockCount, done);
  }

  @Override
  public void load(int firstBlock, int blockCount, Done done) {
    requireRange(firstBlock, blockCount);
    commands.load(firstBlock, blockCount, done);
  }

  @Override
  public void pin(int firstBlock, int blockCount, Done done) {
    requireRange(firstBlock, blockCount);
    commands.pin(firstBlock, blockCount, done);
  }

  @Override
  public void unpin(int firstBlock, int blockCount, Done done) {
    requireRange(firstBlock, blockCount);
    commands.unpin(firstBlock, blockCount, done);
  }

  @Override
  public void letGo(int firstBlock, int blockCount) {
    requireRange(firstBlock, blockCount);
    commands.letGo(firstBlock, blockCount);
  }

  @Override
  public void prefetch(long offset, long bytes) {
    if (bytes <= 0) {
      return;
    }
    int first = blocks.geometry.blockOf(offset);
    int count = blocks.geometry.blockOf(offset + bytes - 1) - first + 1;
    requireRange(first, count);
    commands.prefetch(first, count);
  }

  @Override
  public void advise(long offset, long bytes, Advice advice) {
    if (bytes > 0) {
      int first = blocks.geometry.blockOf(offset);
      requireRange(first, blocks.geometry.blockOf(offset + bytes - 1) - first + 1);
      prefetcher.advise(offset, bytes, advice);
    }
  }

  @Override
  public void resize(long budgetBytes, Done done) {
    long least = purse.minimumBytes();
    if (budgetBytes < least) {
      throw new IllegalArgumentException(
          "a budget of " + budgetBytes + " bytes is below the minimum of " + least);
    }
    commands.resize(budgetBytes, done);
  }

  private void requireRange(int firstBlock, int blockCount) {
    if (firstBlock < 0
        || blockCount < 0
        || (long) firstBlock + blockCount > blocks.geometry.blockCount()) {
      throw new IllegalArgumentException(
          "blocks "
              + firstBlock
              + " to "
              + (firstBlock + (long) blockCount - 1)
              + " are not all in a space of "
              + blocks.geometry.blockCount());
    }
  }

  /** No call is made on faults, pages or donors after this. */
  public void close() {
    stopped = true;
  }
}
