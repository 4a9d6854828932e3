package io.elasticmemory.tiering.pager;

/**
 * What the frames hold of blocks: marked and sealed before it leaves, opened and compared with its
 * mark when it is back. A place is the number of a frame and an offset in it.
 */
final class Cargo {
  private final Blocks blocks;
  private final Frames frames;
  private final Checksum checksum;
  private final int bytes;

  Cargo(Blocks blocks, Frames frames, Checksum checksum) {
    this.blocks = blocks;
    this.frames = frames;
    this.checksum = checksum;
    bytes = blocks.subblockBytes();
  }

  /** Whether a donor gets only what is sealed. */
  boolean isSealedAt(int donor) {
    return blocks.seals.cover(blocks.slots.tier(donor));
  }

  /** Writes the mark of a subblock, which counts only once its stored bit is set. */
  void mark(int block, int subblock, int frame, int at) {
    blocks.table.mark(block, subblock, sum(block, subblock, frame, at));
  }

  /** Whether it is what its mark says. */
  boolean hasMark(int block, int subblock, int frame, int at) {
    return blocks.table.hasMark(block, subblock, sum(block, subblock, frame, at));
  }

  private int sum(int block, int subblock, int frame, int at) {
    return checksum.of(block, subblock, frames.view(frame), at, bytes);
  }

  /** Seals it, in a generation of its own. */
  void seal(int block, int subblock, int frame, int at) {
    blocks.seals.seal(block, subblock, frames.memory(), frames.offset(frame) + at);
  }

  /** Opens what was sealed; false if it is not what was sealed last. */
  boolean open(int block, int subblock, int frame, int at) {
    return blocks.seals.open(block, subblock, frames.memory(), frames.offset(frame) + at);
  }

  /** Whether it is what was sealed last. */
  boolean isSealed(int block, int subblock, int frame, int at) {
    return blocks.seals.isSealed(block, subblock, frames.memory(), frames.offset(frame) + at);
  }
}
