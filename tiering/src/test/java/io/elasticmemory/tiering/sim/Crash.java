package io.elasticmemory.tiering.sim;

/** The pager is killed in the middle of what it does: it unwinds everything of it. */
final class Crash extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Crash() {
    super("the pager is killed", null, false, false);
  }
}
