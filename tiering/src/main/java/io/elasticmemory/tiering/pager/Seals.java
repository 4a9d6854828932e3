package io.elasticmemory.tiering.pager;

import io.elasticmemory.Tier;
import java.lang.foreign.MemorySegment;

/**
 * Makes subblocks unreadable, in their frames, before a donor gets them, and readable again when
 * they are back. Whatever carries or keeps them between sees sealed bytes, as many as there were.
 * What counts as sealed is what was sealed last of each subblock: anything else is refused.
 *
 * <p>Used by one thread.
 */
interface Seals {
  /** Of a space that is not encrypted: nothing is ever sealed. */
  Seals NONE =
      new Seals() {
        @Override
        public boolean cover(Tier tier) {
          return false;
        }

        @Override
        public void seal(int block, int subblock, MemorySegment frames, long at) {
          throw new IllegalStateException("nothing is sealed in a space that is not encrypted");
        }

        @Override
        public boolean open(int block, int subblock, MemorySegment frames, long at) {
          throw new IllegalStateException("nothing is sealed in a space that is not encrypted");
        }

        @Override
        public boolean isSealed(int block, int subblock, MemorySegment frames, long at) {
          return false;
        }
      };

  /** Whether donors of a tier get sealed bytes only. */
  boolean cover(Tier tier);

  /** Seals a subblock in place, in a generation that it never had. It is stored nowhere sealed. */
  void seal(int block, int subblock, MemorySegment frames, long at);

  /**
   * Opens a subblock in place.
   *
   * @return false, with the frame as it was, if these are not the bytes that were sealed last
   */
  boolean open(int block, int subblock, MemorySegment frames, long at);

  /** Whether {@link #open} would succeed; the frame stays as it is. */
  boolean isSealed(int block, int subblock, MemorySegment frames, long at);
}
