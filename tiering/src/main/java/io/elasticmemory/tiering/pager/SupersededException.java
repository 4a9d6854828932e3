package io.elasticmemory.tiering.pager;

/** Another pager has taken the space over: this one must not touch it any more. */
final class SupersededException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  SupersededException(long own, long newest) {
    super("invariant 12: pager " + newest + " of the space has replaced pager " + own);
  }
}
