package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.Geometry;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntConsumer;

/**
 * The DRAM budget of a space, counted in subblocks, of which each shard holds a part in its {@link
 * Purse}. What the shards hold is never more than the budget, but while it shrinks; a shard fills
 * no more than it holds. So the space is within its budget without any shard looking at another
 * when it serves a fault.
 *
 * <p>Usable from every thread. Shards come here when they have used up most of what they hold, and
 * about a hundred times a second while one of them wants more than there is.
 */
public final class BudgetPool {
  /** So far apart that no two shards write to the same line of memory, or to a pair of lines. */
  private static final int LONGS_APART = 16;

  /** Attempts to take while others do; who gets nothing asks again in the next turn. */
  private static final int TAKE_ATTEMPTS_MAX = 16;

  private final Geometry geometry;
  private final Stripes stripes;
  private final long leastBytes;
  private final IntConsumer wake;
  private final AtomicLong held = new AtomicLong();

  /** What each shard says of itself, with space before the first and behind the last. */
  private final AtomicLongArray words;

  private volatile long budget;

  /**
   * A pool nobody has taken anything of.
   *
   * @param budgetBytes at least {@link #minimumBytes}
   * @param wake makes a shard look around that has nothing to do; any thread
   */
  public BudgetPool(Geometry geometry, Stripes stripes, long budgetBytes, IntConsumer wake) {
    this(geometry, stripes, ShardSettings.minimumBudgetBytes(geometry), budgetBytes, wake);
  }

  /**
   * The same.
   *
   * @param leastBytes the smallest budget with which a shard can always go on; a simulation has a
   *     smaller one in which little goes on
   */
  BudgetPool(
      Geometry geometry, Stripes stripes, long leastBytes, long budgetBytes, IntConsumer wake) {
    this.geometry = geometry;
    this.leastBytes = leastBytes;
    this.stripes = stripes;
    this.wake = wake;
    this.budget = budgetBytes / geometry.subblockBytes();
    this.words = new AtomicLongArray((stripes.shards() + 2) * LONGS_APART);
    if (budgetBytes < minimumBytes()) {
      throw new IllegalArgumentException(
          "a budget of %d bytes is below the minimum of %d for blocks of %d bytes in %d shards"
              .formatted(budgetBytes, minimumBytes(), geometry.blockBytes(), stripes.shards()));
    }
  }

  /** The smallest budget with which all shards can always go on. */
  public long minimumBytes() {
    return stripes.shards() * leastBytes;
  }

  static long minimumBytes(Geometry geometry, Stripes stripes) {
    return stripes.shards() * ShardSettings.minimumBudgetBytes(geometry);
  }

  /** The part of a shard, to be asked for once for each of them. */
  public Purse purse(int shard) {
    return new Purse(this, shard, subblocks(firstBytes(shard)));
  }

  /**
   * The part of a shard that takes over the stripes of another, in which so much is present: that
   * much, and its minimum at least. What is left is for those who need it.
   */
  public Purse purse(int shard, long residentBytes) {
    if (stripes.shards() == 1) {
      return purse(shard);
    }
    long inherited = Math.max(least(), subblocks(residentBytes + geometry.subblockBytes() - 1));
    held.addAndGet(inherited);
    Purse purse = new Purse(this, shard, 0);
    purse.inherit(inherited);
    return purse;
  }

  /**
   * What a shard has at first: all that its stripes can fill if the budget is enough for all of
   * them, or for the only one; else its minimum and half of its part of the rest. The other half is
   * for those who need it first.
   */
  private long firstBytes(int shard) {
    long budgetBytes = budget * geometry.subblockBytes();
    if (stripes.shards() == 1) {
      return budgetBytes;
    }
    if (budgetBytes >= geometry.capacityBytes()) {
      return stripes.bytesOf(shard);
    }
    double part = (double) stripes.bytesOf(shard) / geometry.capacityBytes();
    double rest = (budgetBytes - minimumBytes()) * part / 2;
    long block = geometry.blockBytes();
    return leastBytes + (long) rest / block * block;
  }

  private long subblocks(long bytes) {
    return bytes / geometry.subblockBytes();
  }

  int shards() {
    return stripes.shards();
  }

  /** Subblocks that a shard's stripes have; those of the only shard may be resized beyond. */
  long most(int shard) {
    return shards() == 1 ? Long.MAX_VALUE : subblocks(stripes.bytesOf(shard));
  }

  /** Subblocks that a shard never gives away. */
  long least() {
    return subblocks(leastBytes);
  }

  /** Subblocks of the space. */
  long budget() {
    return budget;
  }

  void resize(long budgetBytes) {
    budget = subblocks(budgetBytes);
  }

  /** Subblocks that nobody holds; negative while the budget shrinks. */
  long free() {
    return budget - held.getPlain();
  }

  /**
   * Takes as many subblocks as there are, at most {@code wanted}; returns how many, perhaps none.
   */
  long take(long wanted) {
    for (int i = 0; i < TAKE_ATTEMPTS_MAX; i++) {
      long before = held.get();
      long taken = Math.min(wanted, budget - before);
      if (taken <= 0) {
        return 0;
      }
      if (held.compareAndSet(before, before + taken)) {
        return taken;
      }
    }
    return 0;
  }

  void give(long subblocks) {
    if (held.addAndGet(-subblocks) < 0) {
      throw new IllegalStateException("invariant 9: more was given back than the shards held");
    }
  }

  /** True when the shards hold no more than the budget. */
  boolean isWithin() {
    return held.get() <= budget;
  }

  /** What a shard says to the others; a purse knows what it means. */
  void say(int shard, long word) {
    words.setOpaque((shard + 1) * LONGS_APART, word);
  }

  /** What a shard said last. */
  long said(int shard) {
    return words.getOpaque((shard + 1) * LONGS_APART);
  }

  void wake(int shard) {
    wake.accept(shard);
  }
}
