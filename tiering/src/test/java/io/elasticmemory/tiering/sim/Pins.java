package io.elasticmemory.tiering.sim;

import io.elasticmemory.wire.Geometry;

/**
 * What the application has pinned, as it counts it, and the devices that write there behind the
 * pager's back.
 */
final class Pins {
  private final World world;
  private final Geometry geometry;
  private final int[] counts;
  private final boolean[] promised;

  /** Discarded since they are pinned. */
  private final boolean[] spoiled;

  private int pinnedBlocks;
  private int promises;
  private long versions;

  Pins(World world) {
    this.world = world;
    geometry = world.geometry;
    counts = new int[geometry.blockCount()];
    promised = new boolean[counts.length];
    spoiled = new boolean[counts.length];
  }

  /** Blocks that are pinned, or will be. */
  int blocks() {
    return pinnedBlocks;
  }

  /** Blocks of a range that are not pinned yet. */
  int free(int first, int end) {
    int free = 0;
    for (int block = first; block < end; block++) {
      free += counts[block] == 0 ? 1 : 0;
    }
    return free;
  }

  /** The application has asked for it, or has it. */
  boolean isAsked(int block) {
    return counts[block] > 0;
  }

  /** True if part of the range is in a block that is pinned or will be. */
  boolean isAsked(long offset, long bytes) {
    for (int block = geometry.blockOf(offset); block <= geometry.blockOf(offset + bytes - 1); ) {
      if (isAsked(block++)) {
        return true;
      }
    }
    return false;
  }

  /** The pager has answered that it is, and nothing has happened since that ends it. */
  boolean isPromised(int block) {
    return promised[block];
  }

  void ask(int block) {
    if (counts[block]++ == 0) {
      pinnedBlocks++;
    } else {
      world.tally.add(Happening.PIN_OF_PINNED);
    }
  }

  void answered(int block) {
    promise(block, !spoiled[block]);
  }

  /** The application has given up the contents of the block, and with them what was promised. */
  void discarded(int block) {
    spoiled[block] = true;
    promise(block, false);
  }

  private void promise(int block, boolean promise) {
    promises += (promise ? 1 : 0) - (promised[block] ? 1 : 0);
    promised[block] = promise;
  }

  /** True if the block is not pinned any more. */
  boolean release(int block) {
    boolean last = --counts[block] == 0;
    if (last) {
      pinnedBlocks--;
      spoiled[block] = false;
      promise(block, false);
    }
    return last;
  }

  /** A device writes to a word of a pinned block, of which the pager hears nothing. */
  void deviceWrites() {
    if (promises == 0 || world.kernel.hasExited()) {
      return;
    }
    int block = world.random.below(promised.length);
    while (!promised[block]) {
      block = (block + 1) % promised.length;
    }
    long offset = geometry.offsetOf(block) + 8L * world.random.below(geometry.blockBytes() / 8);
    world.tally.add(Happening.WRITE_OF_DEVICE);
    long value = --versions;
    world.trace.add(
        "a device writes %3$d to word %2$d of block %1$d",
        block, (offset - geometry.offsetOf(block)) / 8, value);
    world.kernel.deviceStore(offset, value);
    if (world.model.isRemoved(offset)) {
      world.model.pageDecided(offset, world.kernel.memory());
    } else {
      world.model.write(offset, value);
    }
    world.check(block);
  }

  /** What is pinned, and what the application relies on. */
  void print(Fingerprint print) {
    for (int block = 0; block < counts.length; block++) {
      print.add(counts[block] * 4 + (promised[block] ? 1 : 0) + (spoiled[block] ? 2 : 0));
    }
  }
}
