package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * A piece that lies compressed on a disk: at the beginning of its own place there, in whole sectors
 * of 4 KiB, at least one fewer than the place has. What a place holds otherwise is the piece as it
 * is. Which of the two it is says this header alone; that no program's data can pass for one is
 * sure because it has the random name of the space in it.
 *
 * <pre>
 *   0 u64 magic "EMPPIECE"
 *   8 u32 version
 *  12 u32 pieceBytes     what it becomes, exactly
 *  16 u32 packedBytes    of the LZ4 block
 *  20 u32 packedCrc      CRC32C of the LZ4 block
 *  24 u64 position       of the place at the donor
 *  32 u64 spaceIdHigh
 *  40 u64 spaceIdLow
 *  48 .. 59 zero
 *  60 u32 headerCrc      CRC32C of bytes 0 to 59
 *  64 packedBytes bytes, then zeros to the end of the sector
 * </pre>
 *
 * Used by one thread; allocates nothing.
 */
public final class PackedPieceLayout {
  /** "EMPPIECE", little-endian. */
  public static final long MAGIC = 0x4543454950504d45L;

  /** Raised when any offset or meaning changes. */
  public static final int VERSION = 1;

  /** Bytes of the header. */
  public static final int HEADER_BYTES = 64;

  /** What a disk moves at least. */
  public static final int SECTOR_BYTES = 4096;

  static final long MAGIC_AT = 0;
  static final long VERSION_AT = 8;
  static final long PIECE_BYTES_AT = 12;
  static final long PACKED_BYTES_AT = 16;
  static final long PACKED_CRC_AT = 20;
  static final long POSITION_AT = 24;
  static final long SPACE_ID_HIGH_AT = 32;
  static final long SPACE_ID_LOW_AT = 40;
  static final long HEADER_CRC_AT = 60;

  private final int pieceBytes;
  private final long spaceIdHigh;
  private final long spaceIdLow;
  private final SegmentCrc crc = new SegmentCrc();

  /** Pieces of one size in one space. */
  public PackedPieceLayout(int pieceBytes, long spaceIdHigh, long spaceIdLow) {
    this.pieceBytes = pieceBytes;
    this.spaceIdHigh = spaceIdHigh;
    this.spaceIdLow = spaceIdLow;
  }

  /** Sectors that an LZ4 block takes with its header. */
  public static int sectors(int packedBytes) {
    return (HEADER_BYTES + packedBytes + SECTOR_BYTES - 1) / SECTOR_BYTES;
  }

  /** Whether a piece that becomes so many bytes saves a sector. */
  public boolean isWorthIt(int packedBytes) {
    return packedBytes < pieceBytes && sectors(packedBytes) < pieceBytes / SECTOR_BYTES;
  }

  /** Writes the header before an LZ4 block. */
  public void write(MemorySegment to, long at, long position, int packedBytes) {
    to.set(JAVA_LONG, at + MAGIC_AT, MAGIC);
    to.set(JAVA_INT, at + VERSION_AT, VERSION);
    to.set(JAVA_INT, at + PIECE_BYTES_AT, pieceBytes);
    to.set(JAVA_INT, at + PACKED_BYTES_AT, packedBytes);
    to.set(JAVA_INT, at + PACKED_CRC_AT, crc.of(to, at + HEADER_BYTES, packedBytes));
    to.set(JAVA_LONG, at + POSITION_AT, position);
    to.set(JAVA_LONG, at + SPACE_ID_HIGH_AT, spaceIdHigh);
    to.set(JAVA_LONG, at + SPACE_ID_LOW_AT, spaceIdLow);
    to.set(JAVA_LONG, at + 48, 0);
    to.set(JAVA_INT, at + 56, 0);
    to.set(JAVA_INT, at + HEADER_CRC_AT, crc.of(to, at, HEADER_CRC_AT));
  }

  /**
   * Whether there is the header of a piece that belongs at a position.
   *
   * @return bytes of its LZ4 block, never more than a piece; -1 if it is no such header
   */
  public int packedBytes(MemorySegment from, long at, long position) {
    boolean ours =
        from.get(JAVA_LONG, at + MAGIC_AT) == MAGIC
            && from.get(JAVA_INT, at + HEADER_CRC_AT) == crc.of(from, at, HEADER_CRC_AT)
            && from.get(JAVA_INT, at + VERSION_AT) == VERSION
            && from.get(JAVA_INT, at + PIECE_BYTES_AT) == pieceBytes
            && from.get(JAVA_LONG, at + POSITION_AT) == position
            && from.get(JAVA_LONG, at + SPACE_ID_HIGH_AT) == spaceIdHigh
            && from.get(JAVA_LONG, at + SPACE_ID_LOW_AT) == spaceIdLow;
    int bytes = from.get(JAVA_INT, at + PACKED_BYTES_AT);
    return ours && bytes > 0 && isWorthIt(bytes) ? bytes : -1;
  }

  /** Whether the LZ4 block behind a header is the one that was written. */
  public boolean isWhole(MemorySegment from, long at, int packedBytes) {
    return from.get(JAVA_INT, at + PACKED_CRC_AT) == crc.of(from, at + HEADER_BYTES, packedBytes);
  }
}
