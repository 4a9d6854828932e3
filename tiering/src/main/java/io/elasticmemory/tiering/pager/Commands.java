package io.elasticmemory.tiering.pager;

import io.elasticmemory.counters.Counter;
import java.util.ArrayDeque;

/**
 * What the application has asked for and is not done yet. Each turn does a bounded part of it, so
 * that a command over a whole space does not keep faults waiting.
 */
final class Commands {
  /** Blocks one command may work on in one turn. */
  private static final int BLOCKS_PER_TURN_MAX = 256;

  private final Blocks blocks;
  private final Evictor evictor;
  private final Fetcher fetcher;
  private final Discarder discarder;
  private final long unloadTimeoutNanos;
  private final ArrayDeque<Command> commands = new ArrayDeque<>();

  Commands(
      Blocks blocks,
      Evictor evictor,
      Fetcher fetcher,
      Discarder discarder,
      ShardSettings settings) {
    this.blocks = blocks;
    this.evictor = evictor;
    this.fetcher = fetcher;
    this.discarder = discarder;
    unloadTimeoutNanos = settings.faultTimeoutNanos();
  }

  /** Part of a command, done in one turn after another. */
  private abstract static class Command {
    final int first;
    final int end;
    final Done done;
    int cursor;

    Command(int first, int end, Done done) {
      this.first = first;
      this.end = end;
      this.done = done;
      cursor = first;
    }

    /** Does a bounded part; true if anything was done. */
    abstract boolean step();

    /** True when all is done and has been told. */
    abstract boolean isOver();
  }

  boolean isEmpty() {
    return commands.isEmpty();
  }

  /** Works on every command a little, each once. Returns true if anything was done. */
  boolean step() {
    boolean worked = false;
    // Not an iterator: this runs in every turn, and nothing here may allocate.
    for (int left = commands.size(); left > 0; left--) {
      Command command = commands.remove();
      worked |= command.step();
      if (command.isOver()) {
        worked = true;
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

  void prefetch(int firstBlock, int blockCount) {
    commands.add(new Prefetch(firstBlock, firstBlock + blockCount));
  }

  /** A newer size ends the wait for an older one with result 1. */
  void resize(long budgetBytes, Done done) {
    for (Command command : commands) {
      if (command instanceof Resize older) {
        older.superseded = true;
      }
    }
    blocks.budget.resize(budgetBytes);
    blocks.counters.set(Counter.budgetBytes, budgetBytes);
    commands.add(new Resize(done));
  }

  private final class Discard extends Command {
    private boolean over;

    Discard(int first, int end, Done done) {
      super(first, end, done);
    }

    @Override
    boolean step() {
      int before = cursor;
      for (int i = 0; i < BLOCKS_PER_TURN_MAX && cursor < end; i++) {
        cursor = blocks.residency.nextTouched(cursor, end);
        if (cursor < end) {
          discarder.discard(cursor++);
        }
      }
      if (cursor == end && !discarder.isUnderWay(first, end - first)) {
        over = true;
        done.done(0);
      }
      return cursor > before;
    }

    @Override
    boolean isOver() {
      return over;
    }
  }

  private final class Unload extends Command {
    private final long deadline = blocks.clock.nanoTime() + unloadTimeoutNanos;
    private long left;
    private boolean over;

    Unload(int first, int end, Done done) {
      super(first, end, done);
    }

    @Override
    boolean step() {
      boolean worked = false;
      for (int i = 0; i < BLOCKS_PER_TURN_MAX; i++) {
        cursor = blocks.residency.nextTouched(cursor, end);
        if (cursor == end) {
          endPass();
          return worked;
        }
        if (!blocks.residency.hasPresent(cursor)) {
          cursor++;
          continue;
        }
        Evictor.Attempt attempt = evictor.evict(cursor);
        worked |= attempt == Evictor.Attempt.LEFT || attempt == Evictor.Attempt.LEAVING;
        if (attempt == Evictor.Attempt.STUCK) {
          giveUpWhenLate();
          return worked;
        }
        if (blocks.residency.hasPresent(cursor)
            && !blocks.residency.has(cursor, Residency.PINNED)) {
          left++;
        }
        cursor++;
      }
      return worked;
    }

    private void endPass() {
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

  private final class Prefetch extends Command {
    Prefetch(int first, int end) {
      super(first, end, result -> {});
    }

    @Override
    boolean step() {
      boolean worked = false;
      for (int i = 0; i < BLOCKS_PER_TURN_MAX && fetcher.canBringAhead(); i++) {
        cursor = blocks.residency.nextTouched(cursor, end);
        if (cursor == end || !blocks.budget.hasRoomAhead()) {
          cursor = end;
          break;
        }
        worked |= fetcher.ahead(cursor++);
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
      if (superseded || blocks.budget.reach()) {
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
