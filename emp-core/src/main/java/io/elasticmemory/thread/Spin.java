package io.elasticmemory.thread;

/**
 * Whether a loop that serves others looks again for a while before it sleeps. A fault or an answer
 * that comes soon is served much faster if nobody has to be woken for it, above all on another CPU.
 * But where the application or the exporter shares the pager's only CPU they wait for the spin to
 * end, and a program that thinks between its faults gains nothing from it. So each spin counts as
 * one that has found work or as one in vain; while too many are in vain, only one in {@value
 * #TRIAL_EVERY} idle times is spent on another try.
 *
 * <p>Used by the loop's thread.
 */
public final class Spin {
  /** Spins in vain, more than those that found work, after which it gives up. */
  private static final int CREDIT_MAX = 8;

  /** Rare enough not to show in the 99th percentile. */
  private static final int TRIAL_EVERY = 256;

  private enum State {
    WORKING,
    SPINNING,
    ASLEEP
  }

  private final long spinNanos;
  private State state = State.ASLEEP;
  private int credit = CREDIT_MAX;
  private int sleptAtOnce;
  private long begunAt;

  /**
   * A spin that is believed to pay at first.
   *
   * @param spinNanos how long to look again; 0 for never
   */
  public Spin(long spinNanos) {
    this.spinNanos = spinNanos;
  }

  /** The last turn has found work. */
  public void worked() {
    if (state == State.SPINNING) {
      credit = Math.min(CREDIT_MAX, credit + 1);
    }
    state = State.WORKING;
  }

  /** Nothing is left to do: true to look again at once, false to sleep until something happens. */
  public boolean looksAgain(long nowNanos) {
    switch (state) {
      case WORKING -> begin(nowNanos);
      case SPINNING -> giveUpWhenOver(nowNanos);
      case ASLEEP -> {}
    }
    return state == State.SPINNING;
  }

  private void begin(long nowNanos) {
    begunAt = nowNanos;
    state = spinNanos > 0 && isWorthATry() ? State.SPINNING : State.ASLEEP;
  }

  private boolean isWorthATry() {
    sleptAtOnce = credit > 0 ? 0 : (sleptAtOnce + 1) % TRIAL_EVERY;
    return sleptAtOnce == 0;
  }

  private void giveUpWhenOver(long nowNanos) {
    if (nowNanos - begunAt >= spinNanos) {
      credit = Math.max(0, credit - 1);
      state = State.ASLEEP;
    }
  }
}
