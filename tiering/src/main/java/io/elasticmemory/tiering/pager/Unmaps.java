package io.elasticmemory.tiering.pager;

/**
 * Has the application unmap ranges but keep their bytes, so that the next touch of each is a MINOR
 * fault. Wishes are fulfilled in their order, some time later or never, and perhaps more than once,
 * but not once they count as done; no fault waits for that. Used by the shard's thread; allocates
 * nothing.
 */
public interface Unmaps {
  /** Ranges that can have been asked for and not be done, at most; a power of two. */
  int UNDER_WAY_MAX = 1024;

  /** Nobody unmaps anything. */
  Unmaps NOTHING =
      new Unmaps() {
        @Override
        public boolean ask(long offset, long bytes) {
          return false;
        }

        @Override
        public long done() {
          return 0;
        }

        @Override
        public void announce() {}
      };

  /** Asks for a range, which is whole pages of the space; false if there is no room for it. */
  boolean ask(long offset, long bytes);

  /** How many of the ranges asked for are unmapped. */
  long done();

  /** True while ranges may yet be unmapped, any of them, for which an earlier pager has asked. */
  default boolean hasInherited() {
    return false;
  }

  /** Tells the application that there is something to do. */
  void announce();
}
