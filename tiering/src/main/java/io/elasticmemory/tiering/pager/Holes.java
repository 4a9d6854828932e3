package io.elasticmemory.tiering.pager;

/** Where a sparse file has been written; whoever reads elsewhere would fill it. */
@FunctionalInterface
interface Holes {
  /** First offset in {@code [offset, end)} of a page that has been written, or {@code end}. */
  long nextData(long offset, long end);
}
