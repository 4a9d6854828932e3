package io.elasticmemory.tiering.pager;

/**
 * Places the application will read soon, in the order in which it has said so. Used by the shard's
 * thread; allocates nothing.
 */
public interface Hints {
  /** No place. */
  long NONE = -1;

  /** Nobody hints at anything. */
  Hints NOTHING =
      new Hints() {
        @Override
        public long next() {
          return NONE;
        }

        @Override
        public void taken() {}
      };

  /** The next place, a byte offset in the space, or NONE. It stays the next until it is taken. */
  long next();

  /** The next place is done with. */
  void taken();
}
