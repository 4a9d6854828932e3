package io.elasticmemory.tiering.pager;

/** Consecutive stored subblocks of a block on their way in. */
final class Arrival extends Trip {
  private final Fetcher fetcher;

  int first;
  int count;

  /** A thread waits for it. */
  boolean demanded;

  /** The thread that waits wants to write (one subblock only). */
  boolean forWrite;

  /** Time for another attempt after a failed one; 0 while under way. */
  long retryAt;

  boolean waitsForRetry;
  int attempts;

  /** Of several copies the one from which wrong bytes came last, or none. */
  int wrongCopy;

  /** Attempts that brought bytes other than those that were stored. */
  int wrongAnswers;

  Arrival(Fetcher fetcher) {
    this.fetcher = fetcher;
  }

  boolean covers(int subblock) {
    return subblock >= first && subblock < first + count;
  }

  @Override
  void over() {
    fetcher.over(this);
  }
}
