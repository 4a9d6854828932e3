package io.elasticmemory.tiering.pager;

/**
 * Brings in what the application says it will read soon, subblock by subblock. A place for which
 * there is no room stays in the queue until there is, and makes room if DRAM is what is missing.
 */
final class HintDesk {
  /** Places taken in one turn, so that faults are looked at in between. */
  static final int PLACES_PER_TURN_MAX = 64;

  private final Blocks blocks;
  private final Prefetcher prefetcher;
  private Hints hints = Hints.NOTHING;

  HintDesk(Blocks blocks, Prefetcher prefetcher) {
    this.blocks = blocks;
    this.prefetcher = prefetcher;
  }

  /** Takes hints from there from now on. */
  void follow(Hints source) {
    hints = source;
  }

  /** True if the application waits for more to be asked for. */
  boolean hasPlaces() {
    return hints.next() != Hints.NONE;
  }

  /** Asks for what there is room for. Returns how many places were taken. */
  int serve() {
    int taken = 0;
    long offset = hints.next();
    while (offset != Hints.NONE && taken < PLACES_PER_TURN_MAX && bring(offset)) {
      hints.taken();
      taken++;
      offset = hints.next();
    }
    return taken;
  }

  private boolean bring(long offset) {
    return prefetcher.hinted(blocks.geometry.blockOf(offset), blocks.geometry.subblockOf(offset));
  }
}
