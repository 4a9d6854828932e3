package io.elasticmemory.space;

import static io.elasticmemory.wire.CommandRingLayout.DISCARD;
import static io.elasticmemory.wire.CommandRingLayout.PIN;
import static io.elasticmemory.wire.CommandRingLayout.UNPIN;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What of a space is pinned. Counted here, so that what overlaps can be pinned and unpinned by
 * several; the pager knows only what is and what is not. At most half of the DRAM budget can be
 * pinned, and as much must remain as the space needs to work at all.
 *
 * <p>What is pinned is not discarded: that is refused if somebody asks for it, and what its owner
 * frees waits for the last unpin ({@link #afterUnpin}). The pager does as it is told.
 */
final class Pins {
  private final CommandRings commands;
  private final long blockBytes;
  private final long minimumBudgetBytes;
  private final PinCounts counts = new PinCounts();

  /** To the byte: what is freed beside it in the same block waits for nothing. */
  private final PinCounts exactCounts = new PinCounts();

  private final List<Freed> freed = new ArrayList<>();
  private long budgetBytes;
  private volatile boolean any;

  /** What is to be done when nothing of a range is pinned any more. */
  private record Freed(SpaceRange range, Runnable action) {}

  /** Nothing is pinned yet. */
  Pins(CommandRings commands, long blockBytes, long minimumBudgetBytes, long budgetBytes) {
    this.commands = commands;
    this.blockBytes = blockBytes;
    this.minimumBudgetBytes = minimumBudgetBytes;
    this.budgetBytes = budgetBytes;
  }

  /** Takes note of a budget, which is the one last asked for from now on. */
  synchronized void resize(long bytes) {
    if (counts.pinnedBytes() > mostBytes(bytes)) {
      throw new IllegalArgumentException(
          ("with a DRAM budget of %d bytes at most %d can be pinned, and %d are; unpin some first,"
                  + " or ask for more")
              .formatted(bytes, mostBytes(bytes), counts.pinnedBytes()));
    }
    budgetBytes = bytes;
  }

  private long mostBytes(long budget) {
    return Math.min(budget / 2, budget - minimumBudgetBytes);
  }

  /** Pins the blocks that hold a range, and waits until they are there. */
  void pin(SpaceRange range) {
    if (range.bytes() == 0) {
      return;
    }
    SpaceRange blocks = range.outToBlocks(blockBytes);
    long result = CommandRings.await(begin(range, blocks));
    if (result != 0) {
      unpin(range);
      throw new EmpException(
          Kind.CAPACITY,
          ("%d bytes at offset %d could not be brought into DRAM to be pinned within"
                  + " faultTimeoutMillis; pin less, or look at the donors (emp stat)")
              .formatted(blocks.bytes(), blocks.offset()));
    }
  }

  /** Asked and counted under one lock, so that the pager hears it in the order of the counts. */
  private synchronized CompletableFuture<Long> begin(SpaceRange range, SpaceRange blocks) {
    long wanted = counts.freeBytes(blocks);
    long most = mostBytes(budgetBytes);
    if (wanted > most - counts.pinnedBytes()) {
      throw new EmpException(
          Kind.CAPACITY,
          ("%d bytes in blocks of %d cannot be pinned beside the %d that are: at most %d of a DRAM"
                  + " budget of %d can be; unpin some, pin less at a time, or raise dram:<MiB>")
              .formatted(wanted, blockBytes, counts.pinnedBytes(), most, budgetBytes));
    }
    // What others have pinned is asked for, too: it may not be there yet.
    CompletableFuture<Long> asked = commands.askByStripe(PIN, blocks.offset(), blocks.bytes());
    counts.add(blocks);
    exactCounts.add(range);
    any = true;
    return asked;
  }

  /** Unpins the blocks that hold a range, which was pinned. */
  void unpin(SpaceRange range) {
    if (range.bytes() > 0) {
      end(range).forEach(due -> due.action.run());
    }
  }

  /** What waited for this, to be done when the pager has been told, and without the lock. */
  private synchronized List<Freed> end(SpaceRange range) {
    for (SpaceRange free : counts.remove(range.outToBlocks(blockBytes))) {
      tell(free);
    }
    List<SpaceRange> _ = exactCounts.remove(range);
    any = counts.pinnedBytes() > 0;
    List<Freed> due = freed.stream().filter(waiting -> !isPinned(waiting.range)).toList();
    freed.removeAll(due);
    return due;
  }

  /** Nobody waits for it, and in a closed space nothing is left to be unpinned. */
  private void tell(SpaceRange free) {
    try {
      CompletableFuture<Long> _ = commands.askByStripe(UNPIN, free.offset(), free.bytes());
    } catch (EmpException e) {
      if (e.kind() != Kind.CLOSED) {
        throw e;
      }
    }
  }

  /** Whether anything is pinned at all. */
  boolean isAny() {
    return any;
  }

  /** Whether a byte of a range is pinned. */
  synchronized boolean isPinned(SpaceRange range) {
    return exactCounts.freeBytes(range) < range.bytes();
  }

  /** Does something when nothing of a range is pinned: now, or in the thread that unpins it. */
  void afterUnpin(SpaceRange range, Runnable action) {
    synchronized (this) {
      if (isPinned(range)) {
        freed.add(new Freed(range, action));
        return;
      }
    }
    action.run();
  }

  /**
   * Asks the pager to forget blocks; nobody pins them in between.
   *
   * @throws IllegalStateException if somebody relies on them
   */
  synchronized CompletableFuture<Long> discard(SpaceRange blocks) {
    requireNonePinned(blocks);
    return commands.ask(DISCARD, blocks.offset(), blocks.bytes());
  }

  private void requireNonePinned(SpaceRange range) {
    long pinned = range.bytes() - counts.freeBytes(range);
    if (pinned > 0) {
      throw new IllegalStateException(
          "%d of the %d bytes to be discarded at offset %d are pinned; unpin them first"
              .formatted(pinned, range.bytes(), range.offset()));
    }
  }
}
