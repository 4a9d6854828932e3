package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.Geometry;

/** A way over the blocks of a shard's stripes, in their order, in as many steps as it takes. */
final class StripeWalk {
  private final Stripes stripes;
  private final Geometry geometry;
  private int stripe;
  private int at;
  private int end;

  StripeWalk(Stripes stripes, int shard, Geometry geometry) {
    this.stripes = stripes;
    this.geometry = geometry;
    stripe = shard;
    enter();
  }

  private void enter() {
    if (!isOver()) {
      long offset = stripes.offsetOf(stripe);
      at = geometry.blockOf(offset);
      end = geometry.blockOf(offset + stripes.bytesOfStripe(stripe) - 1) + 1;
    }
  }

  boolean isOver() {
    return stripe >= stripes.count();
  }

  /** The next block. */
  int at() {
    return at;
  }

  /** The first block behind the stripe of the next one. */
  int end() {
    return end;
  }

  /** All before that block of the same stripe, or its end, have been seen. */
  void reach(int block) {
    at = block;
    if (at == end) {
      stripe += stripes.shards();
      enter();
    }
  }
}
