package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.port.Donor;
import java.lang.foreign.MemorySegment;

/**
 * The compressed blocks of a space, in a memory file of their own. The file may hold several parts,
 * one behind the other, each drawn like this and each with one writer.
 *
 * <pre>
 * header (4096 bytes)                       directory, at 4096
 *   0 u64 magic "EMPZDRAM"                    u64 entry[pieces], one for each piece of a slot:
 *   8 u32 version
 *  12 u32 partBytes >> 20                     63      62..56  55..32        31..0
 *  16 u32 pieceBytes                         +------+-------+-------------+------------+
 *  20 u32 cellBytes (128)                    |stored| zero  | lengthBytes | first cell |
 *  24 u64 pieces                             +------+-------+-------------+------------+
 *  32 u64 cells
 *  40 u64 cellsAt                           cells, at cellsAt
 *  48 u64 spaceIdHigh                         a piece lies in one run of cells or several:
 *  56 u64 spaceIdLow                            0 u32 first cell of the next run, -1 in the last
 *  64 u64 usedPieces                            4 u32 cells of this run
 *                                               8 bytes of the piece, to the end of the run
 * </pre>
 *
 * A piece of {@code lengthBytes == pieceBytes} is stored as it is, a shorter one is an LZ4 block
 * that decompresses to {@code pieceBytes}. A piece lies at the donor's position divided by {@code
 * pieceBytes}. No entry from {@code usedPieces} on was ever written, and none of them should be
 * read: reading a hole of shared memory fills it. Which cells are free is not stored: who takes
 * over counts them from the directory.
 */
public final class CompressedLayout {
  /** "EMPZDRAM", little-endian. */
  public static final long MAGIC = 0x4d4152445a504d45L;

  /** Raised when any offset or meaning changes. */
  public static final int VERSION = 1;

  /** Bytes before the directory. */
  public static final long HEADER_BYTES = 4096;

  /** Bytes of a cell. */
  public static final int CELL_BYTES = 128;

  /** Bytes of a run before what it holds. */
  public static final int RUN_HEADER_BYTES = 8;

  /** Bytes of a piece at most: LZ4 finds nothing that is farther away than this. */
  public static final int PIECE_BYTES_MAX = 64 << 10;

  /** Positions there are for each byte of a part, so that what compresses well finds a slot. */
  public static final int POSITIONS_FACTOR = 8;

  /** The largest part: cells are numbered in 32 bits. */
  public static final long PART_BYTES_MAX = 256L << 30;

  /** Cells begin at a multiple of this. */
  public static final long CELLS_ALIGNMENT = 8192;

  /** Offset in the header. */
  public static final long MAGIC_AT = 0;

  /** Offset in the header. */
  public static final long VERSION_AT = 8;

  /** Offset in the header. */
  public static final long PART_MIB_AT = 12;

  /** Offset in the header. */
  public static final long PIECE_BYTES_AT = 16;

  /** Offset in the header. */
  public static final long CELL_BYTES_AT = 20;

  /** Offset in the header. */
  public static final long PIECES_AT = 24;

  /** Offset in the header. */
  public static final long CELLS_COUNT_AT = 32;

  /** Offset in the header. */
  public static final long CELLS_AT_AT = 40;

  /** Offset in the header. */
  public static final long SPACE_ID_HIGH_AT = 48;

  /** Offset in the header. */
  public static final long SPACE_ID_LOW_AT = 56;

  /** Offset in the header. */
  public static final long USED_PIECES_AT = 64;

  /** Offset in a run. */
  public static final long NEXT_RUN_AT = 0;

  /** Offset in a run. */
  public static final long RUN_CELLS_AT = 4;

  private static final long STORED_BIT = 1L << 63;
  private static final long LENGTH_MASK = 0xff_ffffL;
  private static final long CELL_MASK = 0xffff_ffffL;

  private CompressedLayout() {}

  /** Bytes of a piece in a space of this geometry. */
  public static int pieceBytes(Geometry geometry) {
    return Math.min(geometry.subblockBytes(), PIECE_BYTES_MAX);
  }

  /**
   * Bytes of the part of one of several shards: whole MiB, the first ones have what is left over.
   */
  public static long partBytes(long fileBytes, int shards, int shard) {
    long mib = fileBytes >> 20;
    return mib / shards + (shard < mib % shards ? 1 : 0) << 20;
  }

  /** Where the part of a shard begins: the parts lie in the order of the shards. */
  public static long partAt(long fileBytes, int shards, int shard) {
    long at = 0;
    for (int before = 0; before < shard; before++) {
      at += partBytes(fileBytes, shards, before);
    }
    return at;
  }

  /** Bytes of positions in a part: whole slabs. */
  public static long positionBytes(long partBytes) {
    long slabs = partBytes * POSITIONS_FACTOR / Donor.SLAB_BYTES;
    return Math.max(1, slabs) * Donor.SLAB_BYTES;
  }

  /** Where the cells begin. */
  public static long cellsAt(long partBytes, int pieceBytes) {
    long end = HEADER_BYTES + 8 * (positionBytes(partBytes) / pieceBytes);
    return (end + CELLS_ALIGNMENT - 1) & -CELLS_ALIGNMENT;
  }

  /** Cells of a part. */
  public static long cells(long partBytes, int pieceBytes) {
    return (partBytes - cellsAt(partBytes, pieceBytes)) / CELL_BYTES;
  }

  /** Writes the header of a new part, all of whose bytes are zero. */
  public static void format(MemorySegment part, int pieceBytes, long spaceIdHigh, long spaceIdLow) {
    long bytes = part.byteSize();
    part.set(JAVA_INT, VERSION_AT, VERSION);
    part.set(JAVA_INT, PART_MIB_AT, (int) (bytes >> 20));
    part.set(JAVA_INT, PIECE_BYTES_AT, pieceBytes);
    part.set(JAVA_INT, CELL_BYTES_AT, CELL_BYTES);
    part.set(JAVA_LONG, PIECES_AT, positionBytes(bytes) / pieceBytes);
    part.set(JAVA_LONG, CELLS_COUNT_AT, cells(bytes, pieceBytes));
    part.set(JAVA_LONG, CELLS_AT_AT, cellsAt(bytes, pieceBytes));
    part.set(JAVA_LONG, SPACE_ID_HIGH_AT, spaceIdHigh);
    part.set(JAVA_LONG, SPACE_ID_LOW_AT, spaceIdLow);
    part.set(JAVA_LONG, MAGIC_AT, MAGIC);
  }

  /**
   * Checks a part that came from another process.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static void check(MemorySegment part, int pieceBytes, long spaceIdHigh, long spaceIdLow) {
    long bytes = part.byteSize();
    requireSize(bytes);
    require(part.get(JAVA_LONG, MAGIC_AT) == MAGIC, "not compressed blocks: magic", 0);
    int version = part.get(JAVA_INT, VERSION_AT);
    require(
        version == VERSION, "compressed blocks version, this build has " + VERSION + ":", version);
    requireSame(part.get(JAVA_INT, PART_MIB_AT), bytes >> 20, "MiB");
    requireSame(part.get(JAVA_INT, PIECE_BYTES_AT), pieceBytes, "piece bytes");
    requireSame(part.get(JAVA_INT, CELL_BYTES_AT), CELL_BYTES, "cell bytes");
    requireSame(part.get(JAVA_LONG, PIECES_AT), positionBytes(bytes) / pieceBytes, "pieces");
    requireSame(part.get(JAVA_LONG, CELLS_COUNT_AT), cells(bytes, pieceBytes), "cells");
    requireSame(part.get(JAVA_LONG, CELLS_AT_AT), cellsAt(bytes, pieceBytes), "cells at");
    requireSame(part.get(JAVA_LONG, SPACE_ID_HIGH_AT), spaceIdHigh, "space");
    requireSame(part.get(JAVA_LONG, SPACE_ID_LOW_AT), spaceIdLow, "space");
    long used = part.get(JAVA_LONG, USED_PIECES_AT);
    require(
        used >= 0 && used <= positionBytes(bytes) / pieceBytes,
        "compressed blocks' used pieces",
        used);
  }

  /**
   * Refuses a size that no part can have.
   *
   * @throws IllegalArgumentException naming it
   */
  public static void requireSize(long partBytes) {
    boolean fits = partBytes >= 1 << 20 && partBytes <= PART_BYTES_MAX;
    require(fits && partBytes % (1 << 20) == 0, "compressed blocks' part bytes", partBytes);
  }

  /** Offset in a part of a piece's entry. */
  public static long entryAt(long piece) {
    return HEADER_BYTES + 8 * piece;
  }

  /** An entry of a piece that is stored; that of one that is not is 0. */
  public static long entry(long firstCell, int lengthBytes) {
    return STORED_BIT | (long) lengthBytes << 32 | firstCell;
  }

  /** Whether the entry is that of a stored piece. */
  public static boolean isStored(long entry) {
    return (entry & STORED_BIT) != 0;
  }

  /** Bytes of the stored piece as it is stored. */
  public static int lengthBytes(long entry) {
    return (int) (entry >>> 32 & LENGTH_MASK);
  }

  /** First cell of the stored piece's first run. */
  public static long firstCell(long entry) {
    return entry & CELL_MASK;
  }

  private static void requireSame(long found, long expected, String what) {
    require(found == expected, "compressed blocks' " + what + ", not " + expected + ":", found);
  }

  private static void require(boolean condition, String what, long value) {
    if (!condition) {
      throw new IllegalArgumentException(what + " " + value);
    }
  }
}
