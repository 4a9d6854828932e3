package io.elasticmemory.tiering.pager;

import io.elasticmemory.Tier;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** What the table says of the bytes in a slot. */
final class SlotContents {
  private final Geometry geometry;
  private final BlockTable table;
  private final Seals seals;
  private final Checksum checksum;
  private MemorySegment viewed = MemorySegment.NULL;
  private ByteBuffer view = ByteBuffer.allocate(0);

  SlotContents(Geometry geometry, BlockTable table, Seals seals, Checksum checksum) {
    this.geometry = geometry;
    this.table = table;
    this.seals = seals;
    this.checksum = checksum;
  }

  /**
   * Whether these can be the bytes of a slot. A block that had it and does not name it any more
   * needs nothing of it, nor does one that does not name it yet: what is stored there counts when
   * it has been acknowledged, and who does not have it yet gets it as a write of its own.
   *
   * @param block the last that was given the slot
   * @param tier that of the donor
   * @param bytes a block's bytes from {@code at} on; the same segment each time
   */
  boolean areRight(int block, int donor, Tier tier, int slot, MemorySegment bytes, long at) {
    boolean isSealed = seals.cover(tier);
    long word = table.word(block);
    boolean isThere =
        BlockWord.hasSlot(word) && BlockWord.donor(word) == donor && BlockWord.slot(word) == slot;
    for (int s = 0; isThere && s < geometry.subblocks(); s++) {
      if (table.isStored(block, s) && !isRight(block, s, isSealed, bytes, at)) {
        return false;
      }
    }
    return true;
  }

  private boolean isRight(
      int block, int subblock, boolean isSealed, MemorySegment bytes, long blockAt) {
    long at = blockAt + (long) subblock * geometry.subblockBytes();
    if (isSealed) {
      return seals.isSealed(block, subblock, bytes, at);
    }
    if (!bytes.equals(viewed)) {
      viewed = bytes;
      view = bytes.asByteBuffer();
    }
    int sum = checksum.of(block, subblock, view, (int) at, geometry.subblockBytes());
    return table.hasMark(block, subblock, sum);
  }
}
