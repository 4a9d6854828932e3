package io.elasticmemory.wire;

/**
 * How a space is cut into blocks and subblocks. Both sizes are powers of two and a subblock is
 * never larger than a block; the path checks what users may choose, this record checks only that
 * the numbers fit together.
 *
 * @param capacityBytes length of the space, a multiple of the block
 * @param blockBytes unit of replacement and placement
 * @param subblockBytes unit of transfer and of state
 */
public record Geometry(long capacityBytes, int blockBytes, int subblockBytes) {
  public Geometry {
    // The sign bit alone is no power of two.
    if (Integer.bitCount(blockBytes) != 1
        || Integer.bitCount(subblockBytes) != 1
        || blockBytes < 0
        || subblockBytes < 0) {
      throw new IllegalArgumentException(
          "block " + blockBytes + " and subblock " + subblockBytes + " must be powers of two");
    }
    if (subblockBytes > blockBytes || capacityBytes % blockBytes != 0 || capacityBytes <= 0) {
      throw new IllegalArgumentException(
          "capacity "
              + capacityBytes
              + ", block "
              + blockBytes
              + ", subblock "
              + subblockBytes
              + " do not fit together");
    }
    if (capacityBytes / blockBytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a space has at most " + Integer.MAX_VALUE + " blocks; choose larger blocks");
    }
  }

  /** Blocks in the space. */
  public int blockCount() {
    return (int) (capacityBytes / blockBytes);
  }

  /** Subblocks in a block. */
  public int subblocks() {
    return blockBytes / subblockBytes;
  }

  /** 64-bit words that hold a bit per subblock of one block. */
  public int maskWords() {
    return (subblocks() + 63) >>> 6;
  }

  /** The block that holds a byte of the space. */
  public int blockOf(long offset) {
    return (int) (offset >>> Integer.numberOfTrailingZeros(blockBytes));
  }

  /** The subblock, within its block, that holds a byte of the space. */
  public int subblockOf(long offset) {
    return (int) (offset & (blockBytes - 1)) >>> Integer.numberOfTrailingZeros(subblockBytes);
  }

  /** Byte offset of a block in the space. */
  public long offsetOf(int block) {
    return (long) block * blockBytes;
  }

  /** Byte offset of a subblock in the space. */
  public long offsetOf(int block, int subblock) {
    return (long) block * blockBytes + (long) subblock * subblockBytes;
  }
}
