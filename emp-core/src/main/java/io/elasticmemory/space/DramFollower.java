package io.elasticmemory.space;

import io.elasticmemory.counters.BudgetReason;
import io.elasticmemory.port.MemoryPressure;
import io.elasticmemory.port.MemoryPressure.Level;
import org.jspecify.annotations.Nullable;

/**
 * How much DRAM a space should have by what the machine and its cgroups have left: the rule of
 * {@code dram:auto}. Gives back quickly when memory gets short for anybody, and takes slowly, and
 * only while there is plenty and the space is full; between the two nothing happens, so that spaces
 * of several programs come to rest. For one thread.
 */
final class DramFollower {
  /** Some thread has waited for memory for more than such a part of the time: it is short. */
  private static final double STALLED_PART_MAX = 0.1;

  /** And if it was for less than this, there may be plenty. */
  private static final double STALLED_PART_LOW = 0.01;

  /** Room for less than such a part of all memory is short; for more than such a part plenty. */
  private static final int SHORT_DIVISOR = 20;

  private static final int PLENTY_DIVISOR = 8;

  /** Of little memory somewhat more is kept: programs grow by so much at once. */
  private static final long RESERVE_BYTES = 64L << 20;

  private static final int RESERVE_DIVISOR_MIN = 10;

  /** The budget changes by such a part of it at a time, up or down. */
  private static final int STEP_DIVISOR = 8;

  /** Nothing is taken for so long after something was given back. */
  private static final long REST_NANOS = 30_000_000_000L;

  private final long leastBytes;
  private final long mostBytes;
  private @Nullable MemoryPressure before;
  private long beforeNanos;
  private long gaveBackAt;
  private boolean hasGivenBack;

  /**
   * A rule between two limits.
   *
   * @param leastBytes never less
   * @param mostBytes never more
   */
  DramFollower(long leastBytes, long mostBytes) {
    if (leastBytes > mostBytes || leastBytes <= 0) {
      throw new IllegalArgumentException(
          "%d bytes at least and %d at most leave nothing to choose"
              .formatted(leastBytes, mostBytes));
    }
    this.leastBytes = leastBytes;
    this.mostBytes = mostBytes;
  }

  /**
   * What the budget should be.
   *
   * @param reason why it changes, NONE if it stays
   */
  record Decision(long budgetBytes, BudgetReason reason) {}

  /**
   * What the budget should be from now on.
   *
   * @param now what is left
   * @param budgetBytes what it is
   * @param residentBytes what is used of it
   * @param nowNanos the time
   */
  Decision next(MemoryPressure now, long budgetBytes, long residentBytes, long nowNanos) {
    MemoryPressure last = before == null ? now : before;
    long nanos = before == null ? 1 : Math.max(1, nowNanos - beforeNanos);
    before = now;
    beforeNanos = nowNanos;
    BudgetReason shortage = shortage(now, last, nanos);
    if (shortage != BudgetReason.NONE) {
      gaveBackAt = nowNanos;
      hasGivenBack = true;
      return decide(budgetBytes, less(now, budgetBytes, residentBytes), shortage);
    }
    boolean hasRested = !hasGivenBack || nowNanos - gaveBackAt >= REST_NANOS;
    boolean isFull = residentBytes >= budgetBytes - budgetBytes / STEP_DIVISOR;
    boolean isCalm = stalledPart(now, last, nanos) < STALLED_PART_LOW;
    return hasRested && isFull && isCalm
        ? decide(budgetBytes, more(now, budgetBytes), BudgetReason.ROOM)
        : new Decision(budgetBytes, BudgetReason.NONE);
  }

  private static Decision decide(long from, long to, BudgetReason reason) {
    return new Decision(to, from == to ? BudgetReason.NONE : reason);
  }

  // When.

  private static BudgetReason shortage(MemoryPressure now, MemoryPressure last, long nanos) {
    if (isShort(now.group(), last.group())) {
      return BudgetReason.GROUP;
    }
    if (isShort(now.machine(), last.machine())) {
      return BudgetReason.MACHINE;
    }
    return stalledPart(now, last, nanos) >= STALLED_PART_MAX
        ? BudgetReason.STALLS
        : BudgetReason.NONE;
  }

  private static boolean isShort(Level now, Level last) {
    boolean isAtLimit = now.limitHits() > last.limitHits() && now.roomBytes() < plenty(now);
    return isAtLimit || now.roomBytes() < reserve(now);
  }

  private static long reserve(Level level) {
    long some = Math.min(RESERVE_BYTES, level.bytes() / RESERVE_DIVISOR_MIN);
    return Math.max(level.bytes() / SHORT_DIVISOR, some);
  }

  private static long plenty(Level level) {
    return level.bytes() / PLENTY_DIVISOR;
  }

  private static double stalledPart(MemoryPressure now, MemoryPressure last, long nanos) {
    return (double)
            Math.max(
                stalledNanos(now.machine(), last.machine()),
                stalledNanos(now.group(), last.group()))
        / nanos;
  }

  /** While much is free, those who wait are others, at limits of their own. */
  private static long stalledNanos(Level now, Level last) {
    return now.freeBytes() < plenty(now) ? now.stalledNanos() - last.stalledNanos() : 0;
  }

  // How much.

  private long less(MemoryPressure now, long budgetBytes, long residentBytes) {
    long lacking = Math.max(lacking(now.machine()), lacking(now.group()));
    // What is not resident is given back at no cost, and helps nobody.
    long from = Math.min(budgetBytes, Math.max(residentBytes, leastBytes));
    return Math.max(leastBytes, from - Math.max(budgetBytes / STEP_DIVISOR, lacking));
  }

  private static long lacking(Level level) {
    return reserve(level) - level.roomBytes();
  }

  private long more(MemoryPressure now, long budgetBytes) {
    long spare = Math.min(spare(now.machine()), spare(now.group()));
    long step = Math.clamp(spare / 2, 0, budgetBytes / STEP_DIVISOR);
    return Math.max(budgetBytes, Math.min(mostBytes, budgetBytes + step));
  }

  private static long spare(Level level) {
    return level.roomBytes() - plenty(level);
  }
}
