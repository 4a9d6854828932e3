package io.elasticmemory.tiering.sim;

/** The simulated world has found something that must not be. */
final class SimFailure extends AssertionError {
  private static final long serialVersionUID = 1;

  /** No block in particular. */
  static final int NO_BLOCK = -1;

  private final int block;

  SimFailure(String message) {
    this(message, NO_BLOCK);
  }

  SimFailure(String message, int block) {
    super(message);
    this.block = block;
  }

  /** The block it is about, or {@link #NO_BLOCK}. */
  int block() {
    return block;
  }
}
