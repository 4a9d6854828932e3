package io.elasticmemory.tiering.pager;

/**
 * Brings the blocks of a range in and maps them, and pins them if that is asked, one after the
 * other; those that follow are on their way meanwhile. What is loaded may have left again by the
 * time the last block is there, what is pinned may not. Gives up when a block cannot be brought for
 * twice as long as a fault may wait.
 */
final class BringCommand extends Command {
  /** Blocks that are asked for before the first of them is there. */
  private static final int AHEAD_MAX = 32;

  /** The answer when it was given up. */
  private static final long GIVEN_UP = 1;

  private final boolean pins;
  private final Bringer bringer;
  private final Allowance allowance;
  private final Blocks blocks;
  private final long timeoutNanos;
  private int asked;
  private long deadline;
  private boolean over;

  BringCommand(
      int first,
      int end,
      boolean pins,
      Bringer bringer,
      Allowance allowance,
      Blocks blocks,
      long timeoutNanos,
      Done done) {
    super(first, end, done);
    this.pins = pins;
    this.bringer = bringer;
    this.allowance = allowance;
    this.blocks = blocks;
    // A transfer has a limit of its own, and may begin at the end of what others take before it.
    this.timeoutNanos = 2 * timeoutNanos;
    asked = first;
    deadline = blocks.clock.nanoTime() + this.timeoutNanos;
  }

  @Override
  boolean step() {
    int before = cursor;
    askAhead();
    while (allowance.blocks > 0 && cursor < end && bring(cursor)) {
      cursor++;
      allowance.blocks--;
    }
    if (cursor == end) {
      end(0);
    } else if (cursor > before) {
      deadline = blocks.clock.nanoTime() + timeoutNanos;
    } else if (blocks.clock.nanoTime() - deadline >= 0) {
      end(GIVEN_UP);
    }
    return over || cursor > before;
  }

  private void askAhead() {
    asked = Math.max(asked, cursor);
    int most = Math.min(end, cursor + AHEAD_MAX);
    while (asked < most && bringer.ask(asked)) {
      asked++;
    }
  }

  private boolean bring(int block) {
    return pins ? bringer.pin(block) : bringer.load(block);
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
