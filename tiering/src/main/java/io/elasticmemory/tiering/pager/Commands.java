package io.elasticmemory.tiering.pager;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.wire.BlockWord;
import java.util.ArrayDeque;

/**
 * What the application has asked for and is not done yet. Each turn does a bounded part of it, so
 * that a command over a whole space does not keep faults waiting.
 */
final class Commands {
  /** Blocks all commands together may work on in one turn. */
  private static final int BLOCKS_PER_TURN_MAX = 256;

  /** Hints at a time; more are forgotten, as advice may be. */
  private static final int HINTS_MAX = 64;

  private final Blocks blocks;
  private final Evictor evictor;
  private final Prefetcher prefetcher;
  private final Discarder discarder;
  private final Bringer bringer;
  private final Purse purse;
  private final long timeoutNanos;
  private final ArrayDeque<Command> commands = new ArrayDeque<>();
  private int hints;

  private final Allowance allowance = new Allowance();

  Commands(
      Blocks blocks,
      Evictor evictor,
      Prefetcher prefetcher,
      Discarder discarder,
      Bringer bringer,
      Purse purse,
      ShardSettings settings) {
    this.blocks = blocks;
    this.evictor = evictor;
    this.prefetcher = prefetcher;
    this.discarder = discarder;
    this.bringer = bringer;
    this.purse = purse;
    timeoutNanos = settings.faultTimeoutNanos();
  }

  boolean isEmpty() {
    return commands.isEmpty();
  }

  /** Works on the commands in turn, as far as one turn may. Returns true if anything was done. */
  boolean step() {
    boolean worked = false;
    if (blocks.isLearning()) {
      return false;
    }
    allowance.blocks = BLOCKS_PER_TURN_MAX;
    // Not an iterator: this runs in every turn, and nothing here may allocate.
    for (int left = commands.size(); left > 0 && allowance.blocks > 0; left--) {
      Command command = commands.remove();
      worked |= command.step();
      if (command.isOver()) {
        worked = true;
        hints -= command.isHint() ? 1 : 0;
      } else {
        commands.add(command);
      }
    }
    return worked;
  }

  void discard(int firstBlock, int blockCount, Done done) {
    commands.add(new Discard(firstBlock, firstBlock + blockCount, done));
  }

  void unload(int firstBlock, int blockCount, Done done) {
    commands.add(new Unload(firstBlock, firstBlock + blockCount, done));
  }

  void keep(int firstBlock, int blockCount, Done done) {
    commands.add(new Keep(firstBlock, firstBlock + blockCount, done));
  }

  void load(int firstBlock, int blockCount, Done done) {
    int end = firstBlock + blockCount;
    commands.add(
        new BringCommand(firstBlock, end, false, bringer, allowance, blocks, timeoutNanos, done));
  }

  void pin(int firstBlock, int blockCount, Done done) {
    int end = firstBlock + blockCount;
    commands.add(
        new BringCommand(firstBlock, end, true, bringer, allowance, blocks, timeoutNanos, done));
  }

  /** At once: a later pin of the same blocks must not be undone. Takes nanoseconds for a block. */
  void unpin(int firstBlock, int blockCount, Done done) {
    int end = firstBlock + blockCount;
    blocks.adopt(firstBlock, end);
    int block = blocks.residency.nextTouched(firstBlock, end);
    while (block < end) {
      bringer.unpin(block);
      block = blocks.residency.nextTouched(block + 1, end);
    }
    done.done(0);
  }

  void letGo(int firstBlock, int blockCount) {
    if (hints < HINTS_MAX) {
      hints++;
      commands.add(new LetGo(firstBlock, firstBlock + blockCount));
    }
  }

  void prefetch(int firstBlock, int blockCount) {
    if (hints < HINTS_MAX) {
      hints++;
      commands.add(new Prefetch(firstBlock, firstBlock + blockCount));
    }
  }

  /** A newer size ends the wait for an older one with result 1. */
  void resize(long budgetBytes, Done done) {
    for (Command command : commands) {
      if (command instanceof Resize older) {
        older.superseded = true;
      }
    }
    blocks.table.budgetBytes(budgetBytes);
    purse.resize(blocks.budget, budgetBytes, blocks.clock.nanoTime());
    blocks.counters.set(Counter.budgetBytes, blocks.budget.totalBytes());
    commands.add(new Resize(done));
  }

  private final class Discard extends Command {
    private final long deadline = blocks.clock.nanoTime() + timeoutNanos;
    private boolean over;

    Discard(int first, int end, Done done) {
      super(first, end, done);
    }

    @Override
    boolean step() {
      int before = cursor;
      while (allowance.blocks > 0 && cursor < end) {
        cursor = blocks.nextTouched(cursor, end);
        if (cursor < end) {
          discarder.discard(cursor++);
          allowance.blocks--;
        }
      }
      if (cursor == end && isQuiet()) {
        over = true;
        done.done(0);
      }
      return cursor > before;
    }

    /**
     * What a donor keeps beyond all patience, and may keep for ever, is not waited for: it has a
     * generation of the past, and its slot stays busy.
     */
    private boolean isQuiet() {
      return !discarder.isUnderWay(first, end - first) || blocks.clock.nanoTime() - deadline >= 0;
    }

    @Override
    boolean isOver() {
      return over;
    }
  }

  private final class Unload extends Command {
    /**
     * When it gives up. Later for each block that leaves while the range is gone over for the first
     * time, because a large one may take long; not after that, because blocks may come back.
     */
    private long deadline = blocks.clock.nanoTime() + timeoutNanos;

    private boolean firstPass = true;
    private long left;
    private boolean over;

    Unload(int first, int end, Done done) {
      super(first, end, done);
    }

    @Override
    boolean step() {
      boolean worked = false;
      while (allowance.blocks > 0) {
        cursor = blocks.nextTouched(cursor, end);
        if (cursor == end) {
          endPass();
          return worked;
        }
        allowance.blocks--;
        if (!blocks.residency.hasPresent(cursor)) {
          cursor++;
          continue;
        }
        Evictor.Attempt attempt = evictor.evict(cursor);
        if (attempt == Evictor.Attempt.LEFT || attempt == Evictor.Attempt.LEAVING) {
          worked = true;
          deadline = firstPass ? blocks.clock.nanoTime() + timeoutNanos : deadline;
        }
        if (attempt == Evictor.Attempt.STUCK) {
          giveUpWhenLate();
          return worked;
        }
        if (blocks.residency.hasPresent(cursor) && !blocks.residency.has(cursor, Residency.STAYS)) {
          left++;
        }
        cursor++;
      }
      return worked;
    }

    private void endPass() {
      firstPass = false;
      if (left == 0) {
        end(0);
      } else {
        giveUpWhenLate();
        cursor = first;
        left = 0;
      }
    }

    private void giveUpWhenLate() {
      if (!over && blocks.clock.nanoTime() - deadline >= 0) {
        end(Math.max(1, left));
      }
    }

    private void end(long result) {
      over = true;
      done.done(result);
    }

    @Override
    boolean isOver() {
      return over;
    }
  }

  /**
   * Calls back what leaves; where no room is left for that, waits until it has left. What is absent
   * is asked for at once, as far as there is room: whoever loads takes its faults one by one, each
   * after the answer to the one before.
   */
  private final class Keep extends Command {
    Keep(int first, int end, Done done) {
      super(first, end, done);
    }

    @Override
    boolean step() {
      boolean worked = false;
      while (allowance.blocks > 0 && cursor < end) {
        cursor = blocks.nextTouched(cursor, end);
        if (cursor == end) {
          break;
        }
        if (blocks.activity(cursor) == BlockWord.LEAVING) {
          if (!blocks.budget.hasReserve()) {
            return worked;
          }
          evictor.cancel(cursor);
        } else if (blocks.residency.hasPresent(cursor)) {
          blocks.replacement.spared(cursor);
        }
        if (prefetcher.canBringAhead() && blocks.budget.hasRoomAhead()) {
          boolean _ = prefetcher.ahead(cursor);
        }
        allowance.blocks--;
        worked = true;
        cursor++;
      }
      if (cursor == end) {
        done.done(0);
      }
      return worked;
    }

    @Override
    boolean isOver() {
      return cursor == end;
    }
  }

  /** Once over the blocks: those that are needed again meanwhile shall stay. */
  private final class LetGo extends Command {
    LetGo(int first, int end) {
      super(first, end, result -> {});
    }

    @Override
    boolean step() {
      boolean worked = false;
      while (allowance.blocks > 0 && cursor < end) {
        cursor = blocks.nextTouched(cursor, end);
        if (cursor == end) {
          return true;
        }
        allowance.blocks--;
        if (blocks.residency.hasPresent(cursor) && evictor.evict(cursor) == Evictor.Attempt.STUCK) {
          // What cannot be stored now leaves when its room is needed.
          return stuck(worked);
        }
        worked = true;
        cursor++;
      }
      return worked;
    }

    private boolean stuck(boolean worked) {
      if (evictor.isStalled() || !evictor.canStore()) {
        cursor = end;
      }
      return worked;
    }

    @Override
    boolean isHint() {
      return true;
    }

    @Override
    boolean isOver() {
      return cursor == end;
    }
  }

  private final class Prefetch extends Command {
    Prefetch(int first, int end) {
      super(first, end, result -> {});
    }

    @Override
    boolean isHint() {
      return true;
    }

    @Override
    boolean step() {
      boolean worked = false;
      while (allowance.blocks > 0 && prefetcher.canBringAhead()) {
        cursor = blocks.nextTouched(cursor, end);
        if (cursor == end || !blocks.budget.hasRoomAhead()) {
          cursor = end;
          break;
        }
        allowance.blocks--;
        worked |= prefetcher.ahead(cursor++);
      }
      return worked;
    }

    @Override
    boolean isOver() {
      return cursor == end;
    }
  }

  private final class Resize extends Command {
    private boolean superseded;
    private boolean over;

    Resize(Done done) {
      super(0, 0, done);
    }

    @Override
    boolean step() {
      if (superseded || purse.reach(blocks.budget)) {
        over = true;
        done.done(superseded ? 1 : 0);
      }
      return over;
    }

    @Override
    boolean isOver() {
      return over;
    }
  }
}
