package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.LifeSign;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The block table: a header of nine pages, one entry per block, then a bit per slot.
 *
 * <pre>
 * header (36864 bytes)               entry (entryBytes, a multiple of 8)
 *    0 u64 magic "EMPTABLE"             0 u64 word ({@link BlockWord})
 *    8 u32 version                      8 u32 stored, or u64 stored[maskWords] where 32 bits do
 *   12 u32 blockBytes                     not suffice: a bit per subblock
 *   16 u32 subblockBytes                  marks: the low markBytes of each subblock's CRC32C
 *   20 u32 entryBytes
 *   24 u64 blockCount
 *   32 u64 spaceIdHigh
 *   40 u64 spaceIdLow
 *   48 u64 epoch
 *   56 u64 budgetBytes
 *   64 u64 pagerPid
 *   72 u64 end
 *  128 life sign, 64 bytes
 * 1024 {u64 block + 1, u64 target}[128]   moves under way, and donor and slot they lead to
 * 3072 u64 doubts[126]                    of each donor, which of its copies are not believed
 * 4096 u64 debts[16][256]                 of each shard, donors and slots whose disk is behind
 *
 * from slotsAt, a multiple of 4096: u64 slots[slabs][slabSlotBytes / 8]
 * </pre>
 *
 * <p>The epoch counts the pagers of the space: whoever takes it over raises it first, and only the
 * pager of the newest acts. The budget is the DRAM that was last asked for, 0 if it is still that
 * of the hand-over. The pager is the one that serves the space or was the last to, 0 before the
 * first. At the end of the space, which is not 0 from then on, no pager takes it over any more. The
 * life sign says when a pager begins to end, and of which epoch that is.
 *
 * <p>The doubts of a donor that is a pair have bit {@code 2 × shard + side}: from the moment it is
 * set that side may lack what is stored, until it is taken away.
 *
 * <p>A debt has donor and slot in the form of a word: the copy that a disk has of that slot may not
 * be what is stored, although the disk is believed. It is noted before what is stored counts, and
 * taken away when the disk has it. Whoever finds a debt of an earlier pager copies the slot anew.
 *
 * <p>The slots have a bit for each slot of each slab, of all donors in their order and in each of
 * all shards in theirs; one shard's slabs of a donor are counted through from their first bit. It
 * is set before a block names the slot, and taken away when none does and nothing is under way to
 * it: so whoever takes over may use what has no bit, before it has looked at the entries. A bit of
 * a slot that no entry names is one that a pager left behind when it died, and is taken away then.
 *
 * <p>A mark has 4 bytes where a block is one subblock, otherwise 3: so blocks of 64 KiB with
 * subblocks of 4 KiB take one line of 64 bytes each, less than a thousandth of the memory.
 *
 * <p>The table of a space with a lazily reserved tier is sparse: entries that were never written
 * cost nothing, and must not be read needlessly, because reading a hole of shared memory fills it.
 */
public final class BlockTableLayout {
  /** "EMPTABLE", little-endian. */
  public static final long MAGIC = 0x454c424154504d45L;

  /** Raised when any offset or meaning changes. */
  public static final int VERSION = 8;

  /** Bytes before the first entry. */
  public static final long HEADER_BYTES = 36_864;

  /** Offset in the header. */
  public static final long MAGIC_AT = 0;

  /** Offset in the header. */
  public static final long VERSION_AT = 8;

  /** Offset in the header. */
  public static final long BLOCK_BYTES_AT = 12;

  /** Offset in the header. */
  public static final long SUBBLOCK_BYTES_AT = 16;

  /** Offset in the header. */
  public static final long ENTRY_BYTES_AT = 20;

  /** Offset in the header. */
  public static final long BLOCK_COUNT_AT = 24;

  /** Offset in the header. */
  public static final long SPACE_ID_HIGH_AT = 32;

  /** Offset in the header. */
  public static final long SPACE_ID_LOW_AT = 40;

  /** Offset in the header. */
  public static final long EPOCH_AT = 48;

  /** Offset in the header. */
  public static final long BUDGET_BYTES_AT = 56;

  /** Offset in the header. */
  public static final long PAGER_PID_AT = 64;

  /** Offset in the header. */
  public static final long END_AT = 72;

  /** Offset in the header. */
  public static final long LIFE_SIGN_AT = 128;

  /** Offset in an entry. */
  public static final long WORD_AT = 0;

  /** Offset in the header of the first move. */
  public static final long MOVES_AT = 1024;

  /** Moves under way at a time, of all shards. */
  public static final int MOVES_MAX = 128;

  /** Bytes of a move. */
  public static final long MOVE_BYTES = 16;

  /** Offset in a move: the number of its block, plus one; 0 if there is none. */
  public static final long MOVE_BLOCK_AT = 0;

  /** Offset in a move: the slot it leads to, in the form of a word. */
  public static final long MOVE_TARGET_AT = 8;

  /** Offset in the header of the doubts about the first donor. */
  public static final long DOUBTS_AT = MOVES_AT + MOVES_MAX * MOVE_BYTES;

  /** Offset in the header of the first shard's debts. */
  public static final long DEBTS_AT = 4096;

  /** Debts of a shard, of all its donors together. */
  public static final int DEBTS_MAX = 256;

  /** Copies a donor can have, and bits of its doubts for each shard. */
  public static final int SIDES = 2;

  /** Offset in an entry of the stored bits. */
  public static final long STORED_AT = 8;

  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final int BITS_IN_AN_INT = 32;
  private static final long PAGE_BYTES = 4096;

  private BlockTableLayout() {}

  /** Offset in an entry of the first subblock's mark. */
  public static long marksAt(Geometry geometry) {
    return STORED_AT + (hasShortMask(geometry) ? 4L : 8L * geometry.maskWords());
  }

  /** True if the stored bits are an int, not longs. */
  public static boolean hasShortMask(Geometry geometry) {
    return geometry.subblocks() <= BITS_IN_AN_INT;
  }

  /** Bytes of a subblock's mark. */
  public static int markBytes(Geometry geometry) {
    return geometry.subblocks() == 1 ? 4 : 3;
  }

  /** Bytes of one entry. */
  public static long entryBytes(Geometry geometry) {
    long bytes = marksAt(geometry) + (long) markBytes(geometry) * geometry.subblocks();
    return (bytes + 7) & -8;
  }

  /** Bytes of the header and all entries. */
  public static long tableBytes(Geometry geometry) {
    return HEADER_BYTES + entryBytes(geometry) * geometry.blockCount();
  }

  /**
   * Bytes of the whole table.
   *
   * @param slabs of all donors together
   */
  public static long tableBytes(Geometry geometry, int slabs) {
    return slotsAt(geometry) + slabs * slabSlotBytes(geometry);
  }

  /** Offset of the first slab's slots. */
  public static long slotsAt(Geometry geometry) {
    return (tableBytes(geometry) + PAGE_BYTES - 1) & -PAGE_BYTES;
  }

  /** Bytes for the slots of a slab. */
  public static long slabSlotBytes(Geometry geometry) {
    return Math.max(Long.BYTES, Donor.SLAB_BYTES / geometry.blockBytes() / Byte.SIZE);
  }

  /** Writes the header of a new table. */
  public static void format(
      MemorySegment table, Geometry geometry, long spaceIdHigh, long spaceIdLow) {
    table.set(JAVA_INT, VERSION_AT, VERSION);
    table.set(JAVA_INT, BLOCK_BYTES_AT, geometry.blockBytes());
    table.set(JAVA_INT, SUBBLOCK_BYTES_AT, geometry.subblockBytes());
    table.set(JAVA_INT, ENTRY_BYTES_AT, (int) entryBytes(geometry));
    table.set(JAVA_LONG, BLOCK_COUNT_AT, geometry.blockCount());
    table.set(JAVA_LONG, SPACE_ID_HIGH_AT, spaceIdHigh);
    table.set(JAVA_LONG, SPACE_ID_LOW_AT, spaceIdLow);
    table.set(JAVA_LONG, EPOCH_AT, 1);
    table.set(JAVA_LONG, MAGIC_AT, MAGIC);
  }

  /** Which pager of the space the newest is; the first is 1. */
  public static long epoch(MemorySegment table) {
    return table.get(JAVA_LONG, EPOCH_AT);
  }

  /**
   * Notes who serves the space from now on. A successor raises the epoch first.
   *
   * @return the epoch
   */
  public static long take(MemorySegment table, long pagerPid) {
    long epoch = table.get(JAVA_LONG, EPOCH_AT);
    if (table.get(JAVA_LONG, PAGER_PID_AT) != 0) {
      epoch++;
      LONG.setVolatile(table, EPOCH_AT, epoch);
    }
    LONG.setVolatile(table, PAGER_PID_AT, pagerPid);
    return epoch;
  }

  /** Who serves the space or was the last to, 0 before the first. */
  public static long pagerPid(MemorySegment table) {
    return (long) LONG.getVolatile(table, PAGER_PID_AT);
  }

  /** Notes that the space has ended. */
  public static void end(MemorySegment table) {
    LONG.setVolatile(table, END_AT, 1);
  }

  /** Whether the space has ended. */
  public static boolean hasEnded(MemorySegment table) {
    return (long) LONG.getVolatile(table, END_AT) != 0;
  }

  /** Where the life sign of the pager is. */
  public static MemorySegment lifeSign(MemorySegment table) {
    return table.asSlice(LIFE_SIGN_AT, LifeSign.BYTES);
  }

  /** Whether a side of a donor that is a pair may lack what is stored, in the part of a shard. */
  public static boolean isDoubted(MemorySegment table, int donor, int shard, int side) {
    long doubts = (long) LONG.getVolatile(table, doubtsAt(donor));
    return (doubts & doubtOf(shard, side)) != 0;
  }

  /** Notes whether it may; shards note it independently. */
  public static void doubt(MemorySegment table, int donor, int shard, int side, boolean isDoubted) {
    if (isDoubted) {
      LONG.getAndBitwiseOr(table, doubtsAt(donor), doubtOf(shard, side));
    } else {
      LONG.getAndBitwiseAnd(table, doubtsAt(donor), ~doubtOf(shard, side));
    }
  }

  private static long doubtsAt(int donor) {
    return DOUBTS_AT + 8L * donor;
  }

  private static long doubtOf(int shard, int side) {
    return 1L << (SIDES * shard + side);
  }

  /** A debt of a shard in the form of a word, 0 if there is none at this place. */
  public static long debt(MemorySegment table, int shard, int place) {
    return (long) LONG.getVolatile(table, debtAt(shard, place));
  }

  /** Notes a debt, or that there is none any more. */
  public static void debt(MemorySegment table, int shard, int place, long debt) {
    LONG.setVolatile(table, debtAt(shard, place), debt);
  }

  private static long debtAt(int shard, int place) {
    return DEBTS_AT + 8L * (DEBTS_MAX * shard + place);
  }

  /** The DRAM budget that was last asked for, or that of the hand-over. */
  public static long budgetBytes(MemorySegment table, long handedOverBytes) {
    long bytes = table.get(JAVA_LONG, BUDGET_BYTES_AT);
    return bytes == 0 ? handedOverBytes : bytes;
  }

  /**
   * Checks a table that came from another process and says how it is cut.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static Geometry check(MemorySegment table) {
    require(table.byteSize() >= HEADER_BYTES, "a block table has at least a header", 0);
    require(table.get(JAVA_LONG, MAGIC_AT) == MAGIC, "not a block table: magic", 0);
    int version = table.get(JAVA_INT, VERSION_AT);
    require(version == VERSION, "block table version, this build reads " + VERSION + ":", version);
    long blocks = table.get(JAVA_LONG, BLOCK_COUNT_AT);
    int blockBytes = table.get(JAVA_INT, BLOCK_BYTES_AT);
    require(blocks > 0 && blocks <= Integer.MAX_VALUE, "block count", blocks);
    require(blockBytes > 0, "block bytes", blockBytes);
    Geometry geometry =
        new Geometry(blocks * blockBytes, blockBytes, table.get(JAVA_INT, SUBBLOCK_BYTES_AT));
    int entry = table.get(JAVA_INT, ENTRY_BYTES_AT);
    require(entry == entryBytes(geometry), "entry bytes", entry);
    require(table.byteSize() >= tableBytes(geometry), "table bytes", table.byteSize());
    return geometry;
  }

  private static void require(boolean condition, String what, long value) {
    if (!condition) {
      throw new IllegalArgumentException(what + " " + value);
    }
  }
}
