package io.elasticmemory.tiering.pager;

/**
 * A shard's part of the DRAM budget, and how it changes. A shard that has used up most of its part
 * takes more from the pool, ahead of need. When the pool is empty it says that it wants more, and
 * how much it would gain: how often it has lately brought blocks back that had left not long
 * before. Shards that would gain less than half of that give, piece by piece, what they do not use,
 * and then let blocks leave for it. So the DRAM goes where blocks are missed; one that only reads
 * through a lot of data, or rests, gives way to one that comes back to what it had. Refaults as the
 * measure are those of Linux' working-set detection (J. Weiner, 2014).
 *
 * <p>Used by the shard's thread, and never on the path of a fault.
 */
public final class Purse {
  /** How often a shard looks at the others, while one of them wants something. */
  static final long WINDOW_NANOS = 10_000_000;

  /** A wish that has not been repeated for so long is none any more. */
  private static final long WISH_NANOS = 5 * WINDOW_NANOS;

  /** What is taken at a time: this part of the budget. */
  private static final int TAKEN_PART = 64;

  /** What is given at a time: this part of what the shard has. */
  private static final int GIVEN_PART = 8;

  /** Who would gain so many times more gets it. */
  private static final int BETTER = 2;

  /** A rate is this times the refaults of a window, when it has been the same for some time. */
  private static final int RATE_SCALE = 16;

  // A word to the others: count of words | could give | wish.
  private static final int COUNT_SHIFT = 40;
  private static final long CAN_GIVE = 1L << 39;
  private static final long WISH_MAX = CAN_GIVE - 1;

  private final BudgetPool pool;
  private final int shard;
  private final long[] heardWord;
  private final long[] heardAt;

  /** Subblocks taken from the pool and not given back. */
  private long held;

  /** Subblocks of a block, at least this much is moved. */
  private int blockSubblocks;

  private long budgetSeen;
  private boolean looked;
  private long windowBegan;
  private long refaults;
  private long rate;
  private long words;

  /** The strongest wish of another shard. */
  private long strongest;

  /** Promises of the budget at the last look. */
  private long promisesSeen;

  /** What the shard must have so that it can pin what was asked for, 0 if it has it. */
  private long claim;

  /** More was wanted in this window than the pool had. */
  private boolean wanting;

  Purse(BudgetPool pool, int shard, long first) {
    this.pool = pool;
    this.shard = shard;
    heardWord = new long[pool.shards()];
    heardAt = new long[pool.shards()];
    held = pool.take(first);
    budgetSeen = pool.budget();
    if (first > 0 && held < pool.least()) {
      throw new IllegalStateException("shard " + shard + " begins with " + held + " subblocks");
    }
  }

  /** The purse has so much, whatever the pool says: blocks are there that fill it. */
  void inherit(long subblocks) {
    held = subblocks;
  }

  /** What the shard has of the budget now, in subblocks. */
  long held() {
    return held;
  }

  /** The smallest budget of the space. */
  long minimumBytes() {
    return pool.minimumBytes();
  }

  /** So much of what was inherited is not there: with other shards it was too much altogether. */
  void correct(Budget budget, long subblocks) {
    long over = Math.min(subblocks, -pool.free());
    if (pool.shards() > 1 && over > 0) {
      // Below what pins need, too: the others have to give that first.
      budget.resizeTo(Math.max(pool.least(), budget.total() - over));
      budget.inherit(0);
      giveBack(budget);
    }
  }

  /** The shard's budget begins with what is in the purse, and grows from it. */
  Budget open(Residency residency, int subblockBytes, int subblocksOfABlock) {
    blockSubblocks = subblocksOfABlock;
    return new Budget(
        residency, subblockBytes, subblocksOfABlock, held * subblockBytes, this::more);
  }

  /** More subblocks for the shard, if nobody needs them more; 0 if there are none. */
  private long more(long total, long promises) {
    if (pool.shards() == 1) {
      return 0;
    }
    long wanted = Math.min(pool.most(shard) - total, piece(pool.budget() / TAKEN_PART));
    if (wanted <= 0 || promises == promisesSeen) {
      // Nothing has come in since the last look: what must leave was given away, and shall.
      return 0;
    }
    wanting = true;
    if (pool.free() <= 0 || strongest > BETTER * gain()) {
      return 0;
    }
    long taken = pool.take(wanted);
    held += taken;
    return taken;
  }

  /**
   * True if so many more subblocks can be pinned and enough is left for all others. If not, what is
   * missing is asked of the other shards; ask again in the next turn.
   */
  boolean canPin(Budget budget, int subblocks) {
    long needed = Math.min(leastWith(budget.pinned() + subblocks), pool.most(shard));
    if (needed > budget.total() && pool.shards() > 1) {
      long taken = pool.take(needed - budget.total());
      held += taken;
      budget.resizeTo(budget.total() + taken);
    }
    boolean enough = needed <= budget.total();
    claim = enough ? 0 : needed;
    return enough;
  }

  private long leastWith(long pinned) {
    return pool.least() + pinned;
  }

  /** What the shard never gives away. */
  private long least(Budget budget) {
    return Math.min(leastWith(budget.pinned()), pool.most(shard));
  }

  /** Whole blocks, two at least, so that each piece makes a difference. */
  private long piece(long subblocks) {
    return Math.max(2, subblocks / blockSubblocks) * blockSubblocks;
  }

  /** A block has been demanded, and {@code ago} blocks have left since it did. */
  void missed(long ago) {
    if (ago * blockSubblocks <= budgetSeen) {
      refaults++;
    }
  }

  /** How much the shard would gain by more DRAM; whoever wants more gains something. */
  private long gain() {
    return wanting ? Math.max(1, rate) : rate;
  }

  /** Changes the budget of the space; the shard's own follows at the next look around. */
  void resize(Budget budget, long budgetBytes, long now) {
    pool.resize(budgetBytes);
    if (pool.shards() == 1) {
      held = pool.budget();
      budgetSeen = held;
      budget.resize(budgetBytes);
      return;
    }
    windowBegan = now - WINDOW_NANOS;
    for (int other = 0; other < pool.shards(); other++) {
      if (other != shard) {
        pool.wake(other);
      }
    }
  }

  /** True when no more is present in the whole space than its budget. */
  boolean reach(Budget budget) {
    boolean within = budget.reach();
    if (pool.shards() == 1) {
      return within;
    }
    giveBack(budget);
    return within && pool.budget() == budgetSeen && pool.isWithin();
  }

  /**
   * Looks at the others, if it is time for that.
   *
   * @return true if the shard's budget has changed
   */
  boolean look(Budget budget, long now) {
    if (pool.shards() == 1) {
      return false;
    }
    if (!looked) {
      looked = true;
      windowBegan = now - WINDOW_NANOS;
    }
    long elapsed = now - windowBegan;
    if (elapsed < WINDOW_NANOS) {
      return false;
    }
    windowBegan = now;
    countRate(Math.max(1, elapsed / WINDOW_NANOS));
    listen(now);
    long before = budget.total();
    budget.reach();
    follow(budget);
    if (budget.isSettled()) {
      giveWay(budget);
    }
    giveBack(budget);
    say(budget);
    if ((wanting || claim > 0) && pool.free() <= 0) {
      wakeSleepers(now);
    }
    wanting = false;
    claim = 0;
    promisesSeen = budget.promises();
    return budget.total() != before;
  }

  /** When to look again; a shard that could not give need not look while it has nothing to do. */
  long nanosUntilLook(Budget budget, long now) {
    boolean worth =
        strongest > 0 && budget.total() > least(budget) || !budget.isSettled() || !pool.isWithin();
    return pool.shards() > 1 && (worth || pool.budget() != budgetSeen)
        ? Math.max(0, windowBegan + WINDOW_NANOS - now)
        : Long.MAX_VALUE;
  }

  private void countRate(long windows) {
    rate = (rate >> Math.min(windows, 62)) + RATE_SCALE / 2 * refaults / windows;
    refaults = 0;
  }

  private void listen(long now) {
    strongest = 0;
    for (int other = 0; other < heardWord.length; other++) {
      long word = pool.said(other);
      if (word != heardWord[other]) {
        heardWord[other] = word;
        heardAt[other] = now;
      }
      if (other != shard && now - heardAt[other] < WISH_NANOS) {
        strongest = Math.max(strongest, word & WISH_MAX);
      }
    }
  }

  /** The budget of the space has changed: the shard keeps its part of a smaller one. */
  private void follow(Budget budget) {
    long now = pool.budget();
    if (now < budgetSeen) {
      double part = (double) now / budgetSeen;
      shrink(budget, (long) (budget.total() * part));
    } else if (now == budgetSeen && budget.isSettled() && !pool.isWithin()) {
      // Minimums have kept the others from giving their part.
      shrink(budget, budget.total() - Math.max(0, -pool.free()));
    }
    budgetSeen = now;
  }

  /** As far as that can be; never more than it has, though pins that it took over may need it. */
  private void shrink(Budget budget, long subblocks) {
    budget.resizeTo(Math.min(budget.total(), Math.max(least(budget), subblocks)));
  }

  private void giveWay(Budget budget) {
    long total = budget.total();
    boolean unused = budget.used() < total / 2;
    if (strongest == 0 || pool.free() > 0 || !(unused || strongest > BETTER * gain())) {
      return;
    }
    long given = Math.min(total - Math.max(claim, least(budget)), piece(total / GIVEN_PART));
    if (given > 0) {
      budget.resizeTo(total - given);
      budget.reach();
    }
  }

  private void giveBack(Budget budget) {
    long rest = held - budget.bound();
    if (rest > 0) {
      held -= rest;
      pool.give(rest);
    }
  }

  private void say(Budget budget) {
    long wish = wanting && budget.total() < pool.most(shard) ? Math.max(1, rate) : 0;
    wish = claim > 0 ? WISH_MAX : wish;
    long canGive = budget.total() > least(budget) ? CAN_GIVE : 0;
    pool.say(shard, ++words << COUNT_SHIFT | canGive | Math.min(wish, WISH_MAX));
  }

  private void wakeSleepers(long now) {
    for (int other = 0; other < heardWord.length; other++) {
      boolean asleep = now - heardAt[other] > WINDOW_NANOS * 3 / 2;
      boolean silent = heardWord[other] == 0;
      if (other != shard && (silent || asleep && (heardWord[other] & CAN_GIVE) != 0)) {
        pool.wake(other);
      }
    }
  }
}
