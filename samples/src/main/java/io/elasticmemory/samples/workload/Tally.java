package io.elasticmemory.samples.workload;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What one thread has done in a phase: how many accesses, the sum over all words it has read (which
 * does not depend on the order, and so can be added up over threads), and the words that were
 * wrong. Others may look at {@link #operations()} meanwhile, at the rest when the thread has ended.
 */
public final class Tally {
  private static final VarHandle OPERATIONS;

  static {
    try {
      OPERATIONS = MethodHandles.lookup().findVarHandle(Tally.class, "operations", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final WrongWords wrong;

  @SuppressWarnings("unused") // through the handle
  private long operations;

  private long hash;

  /** A tally that reports to this list of wrong words. */
  Tally(WrongWords wrong) {
    this.wrong = wrong;
  }

  void addOperation() {
    OPERATIONS.setOpaque(this, (long) OPERATIONS.get(this) + 1);
  }

  void addWord(long word) {
    hash += WordCode.mix(word);
  }

  void addWrong(long index, int expectedVersion, long found) {
    wrong.add(index, expectedVersion, found);
  }

  /** Accesses to cells so far. */
  public long operations() {
    return (long) OPERATIONS.getOpaque(this);
  }

  /** Sum over all words read so far. */
  public long hash() {
    return hash;
  }
}
