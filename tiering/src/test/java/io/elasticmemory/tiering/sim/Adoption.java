package io.elasticmemory.tiering.sim;

import io.elasticmemory.Tier;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.Geometry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a pager that takes over at this moment would make of what it finds: the block table, the
 * memory file, and the bytes that donors have acknowledged. It is the specification of the table's
 * meaning, and independent of the shard's own code.
 *
 * <pre>
 *               page present                      page absent
 * not stored    the page (DIRTY)                  zeros (UNTOUCHED)
 * stored        the page, if it is what the       the slot, which must match the mark (STORED)
 *               mark says (CLEAN); else alien,
 *               and then as if it were absent
 * </pre>
 *
 * Of an encrypted space a slot holds what was sealed last, unless it is of compressed memory. A
 * half-done discard is done again: whatever is found, zeros will be the end of it.
 */
final class Adoption {
  private final Geometry geometry;
  private final TableView table;
  private final @Nullable SealView seals;
  private final SimKernel kernel;
  private final List<SimDonor> donors;
  private final int subblocks;
  private final int subblockBytes;

  private final CRC32C crc = new CRC32C();
  private final byte[] identity = new byte[24];
  private final ByteBuffer identityFields =
      ByteBuffer.wrap(identity).order(ByteOrder.LITTLE_ENDIAN);
  private final long[] verifiedMarks;
  private final long[] verifiedStamps;
  private final long[] verifiedSeals;

  /** Of an encrypted space, what was opened of each side's slots. */
  private final byte[] opened;

  private byte[] source;
  private int sourceAt;
  private String flaw = "";

  /** Who has what was last looked for in a slot. */
  private SimDonor holder;

  private int holdingSide;

  Adoption(
      Geometry geometry,
      TableView table,
      @Nullable SealView seals,
      SimKernel kernel,
      List<SimDonor> donors,
      long spaceIdHigh,
      long spaceIdLow) {
    this.geometry = geometry;
    this.table = table;
    this.seals = seals;
    this.kernel = kernel;
    this.donors = donors;
    subblocks = geometry.subblocks();
    subblockBytes = geometry.subblockBytes();
    identityFields.putLong(0, spaceIdHigh).putLong(8, spaceIdLow);
    source = kernel.memory();
    holder = donors.getFirst();
    verifiedMarks = new long[BlockTableLayout.SIDES * geometry.blockCount() * subblocks];
    verifiedStamps = new long[verifiedMarks.length];
    verifiedSeals = new long[verifiedMarks.length];
    opened = new byte[seals == null ? 0 : verifiedMarks.length * subblockBytes];
  }

  /**
   * Finds the last bytes of a subblock: at {@link #source} from {@link #sourceAt}. False if the
   * truth is lost, and why is in {@link #flaw}.
   */
  boolean adopt(int block, int subblock) {
    if (!table.isStored(block, subblock)) {
      return takePage(block, subblock); // zeros where no page is present
    }
    if (!slotHolds(block, subblock)) {
      return false;
    }
    boolean present = kernel.look(geometry.offsetOf(block, subblock), subblockBytes) != 0;
    return present && pageMatches(block, subblock)
        ? takePage(block, subblock)
        : takeSlot(block, subblock);
  }

  /** True if the block will be zeros whatever is found in it. */
  boolean isBeingForgotten(int block) {
    return BlockWord.activity(table.word(block)) == BlockWord.DISCARDING;
  }

  /** Where the last adopted subblock's bytes are. */
  byte[] source() {
    return source;
  }

  /** First of the last adopted subblock's bytes in {@link #source}. */
  int sourceAt() {
    return sourceAt;
  }

  /** Why the last adoption failed. */
  String flaw() {
    return flaw;
  }

  private boolean takePage(int block, int subblock) {
    source = kernel.memory();
    sourceAt = (int) geometry.offsetOf(block, subblock);
    return true;
  }

  private boolean takeSlot(int block, int subblock) {
    boolean sealed = sealsOf(holder) != null;
    source = sealed ? opened : holder.medium();
    sourceAt =
        sealed
            ? index(block, subblock, holdingSide) * subblockBytes
            : place(table.word(block), subblock);
    return true;
  }

  private int place(long word, int subblock) {
    return BlockWord.slot(word) * geometry.blockBytes() + subblock * subblockBytes;
  }

  /** Invariant 2: the slot holds the bytes, acknowledged, under its checksum. */
  private boolean slotHolds(int block, int subblock) {
    long word = table.word(block);
    if (!BlockWord.hasSlot(word)) {
      return flaw("is stored, but the block has no slot");
    }
    SimDonor donor = donors.get(BlockWord.donor(word));
    return donor.isMirrored()
        ? aSideHolds(donor, block, subblock)
        : holds(donor, 0, block, subblock);
  }

  /** All that are believed hold it, but for those that an injected fault has destroyed. */
  private boolean aSideHolds(SimDonor first, int block, int subblock) {
    SimDonor good = null;
    int goodSide = 0;
    for (int side = 0; side < BlockTableLayout.SIDES; side++) {
      SimDonor donor = donors.get(first.index() + side);
      if (table.isDoubted(first.index(), first.shard(), side)) {
        continue;
      }
      if (side == 1 && first.pairing().owes(BlockWord.slot(table.word(block)))) {
        flaw = "is stored, but the disk owes its slot's bytes";
        continue;
      }
      if (holds(donor, side, block, subblock)) {
        good = donor;
        goodSide = side;
      } else if (!donor.isLost() && !donor.isBroken(place(table.word(block), subblock))) {
        return flaw(flaw + " (side " + side + ")");
      }
    }
    holder = good == null ? first : good;
    holdingSide = goodSide;
    return good != null;
  }

  private boolean holds(SimDonor donor, int side, int block, int subblock) {
    holder = donor;
    holdingSide = side;
    int place = place(table.word(block), subblock);
    if (!donor.isAcknowledged(place, subblockBytes)) {
      return flaw("is stored, but its slot's bytes are not acknowledged");
    }
    int index = index(block, subblock, side);
    int mark = table.mark(block, subblock);
    long stamp = donor.stamp(place);
    SealView sealed = sealsOf(donor);
    long seal = sealed == null ? 0 : sealed.generation(block, subblock);
    if (verifiedMarks[index] == mark
        && verifiedStamps[index] == stamp
        && verifiedSeals[index] == seal) {
      return true; // nothing has changed since this mark was found right for these bytes
    }
    byte[] bytes = sealed == null ? donor.medium() : opened;
    int at = sealed == null ? place : index * subblockBytes;
    if (sealed != null && !sealed.open(block, subblock, donor.medium(), place, opened, at)) {
      return flaw("is stored, but its slot's bytes are not what was sealed last");
    }
    if (table.kept(checksum(block, subblock, bytes, at)) != mark) {
      return flaw("is stored, but its slot's bytes do not match its mark");
    }
    verifiedMarks[index] = mark;
    verifiedStamps[index] = stamp;
    verifiedSeals[index] = seal;
    return true;
  }

  private int index(int block, int subblock, int side) {
    return (block * subblocks + subblock) * BlockTableLayout.SIDES + side;
  }

  /** Null if the donor gets bytes as they are. */
  private @Nullable SealView sealsOf(SimDonor donor) {
    return donor.tier() == Tier.COMPRESSED ? null : seals;
  }

  private boolean flaw(String text) {
    flaw = text;
    return false;
  }

  private boolean pageMatches(int block, int subblock) {
    int mark = table.mark(block, subblock);
    int at = (int) geometry.offsetOf(block, subblock);
    return table.kept(checksum(block, subblock, kernel.memory(), at)) == mark;
  }

  /** CRC32C over space, block, subblock and bytes. */
  private int checksum(int block, int subblock, byte[] bytes, int at) {
    identityFields.putInt(16, block).putInt(20, subblock);
    crc.reset();
    crc.update(identity, 0, identity.length);
    crc.update(bytes, at, subblockBytes);
    return (int) crc.getValue();
  }
}
