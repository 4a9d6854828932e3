package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * What the bytes of an encrypted space are sealed with when they leave the machine: a page with the
 * key, then one entry for each subblock.
 *
 * <pre>
 * header (4096 bytes)                entry (24 bytes)
 *    0 u64 magic "EMPSEALS"             0 u64 generation of the last sealing that was begun;
 *    8 u32 version                            0 if there was none
 *   12 u32 subblockBytes                8 tag (16 bytes) of the last sealing that was done
 *   16 u64 entries
 *   24 u64 spaceIdHigh               nonce (12 bytes)
 *   32 u64 spaceIdLow                   0 generation (7 bytes)
 *   64 key (32 bytes)                   7 number of the subblock in the space (5 bytes)
 * </pre>
 *
 * <p>A generation is raised here before anything is sealed with it, and never lowered: so no nonce
 * is used twice, however many pagers follow each other. Whoever has this memory can read what
 * donors keep; it is a memory file of the application and its pagers and is never written anywhere.
 *
 * <p>Like the block table it is sparse where that is: reading a hole fills it.
 */
public final class SealTableLayout {
  /** "EMPSEALS", little-endian. */
  public static final long MAGIC = 0x534c414553504d45L;

  /** Raised when any offset or meaning changes. */
  public static final int VERSION = 1;

  /** Bytes before the first entry, the key among them. */
  public static final long HEADER_BYTES = 4096;

  /** Bytes of an entry. */
  public static final long ENTRY_BYTES = 24;

  /** Bytes of the key: AES-256. */
  public static final int KEY_BYTES = 32;

  /** Bytes of a tag. */
  public static final int TAG_BYTES = 16;

  /** Bytes of a nonce. */
  public static final int NONCE_BYTES = 12;

  /** Offset in the header. */
  public static final long MAGIC_AT = 0;

  /** Offset in the header. */
  public static final long VERSION_AT = 8;

  /** Offset in the header. */
  public static final long SUBBLOCK_BYTES_AT = 12;

  /** Offset in the header. */
  public static final long ENTRIES_AT = 16;

  /** Offset in the header. */
  public static final long SPACE_ID_HIGH_AT = 24;

  /** Offset in the header. */
  public static final long SPACE_ID_LOW_AT = 32;

  /** Offset in the header. */
  public static final long KEY_AT = 64;

  /** Offset in an entry. */
  public static final long GENERATION_AT = 0;

  /** Offset in an entry. */
  public static final long TAG_AT = 8;

  /** Bytes of a generation in a nonce. */
  private static final int GENERATION_BYTES = 7;

  /** Generations a subblock can have: one every nanosecond would last for two years. */
  public static final long GENERATIONS = 1L << 8 * GENERATION_BYTES;

  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private SealTableLayout() {}

  /** Entries of a space: its subblocks. */
  public static long entries(Geometry geometry) {
    return (long) geometry.blockCount() * geometry.subblocks();
  }

  /** Bytes of the whole table. */
  public static long tableBytes(Geometry geometry) {
    return HEADER_BYTES + ENTRY_BYTES * entries(geometry);
  }

  /**
   * Writes the header of a new table, all of whose bytes are zero.
   *
   * @param key four times 64 bits that nobody can guess
   */
  public static void format(
      MemorySegment table, Geometry geometry, long spaceIdHigh, long spaceIdLow, long... key) {
    require(key.length * Long.BYTES == KEY_BYTES, "bytes of a key", key.length * Long.BYTES);
    table.set(JAVA_INT, VERSION_AT, VERSION);
    table.set(JAVA_INT, SUBBLOCK_BYTES_AT, geometry.subblockBytes());
    table.set(JAVA_LONG, ENTRIES_AT, entries(geometry));
    table.set(JAVA_LONG, SPACE_ID_HIGH_AT, spaceIdHigh);
    table.set(JAVA_LONG, SPACE_ID_LOW_AT, spaceIdLow);
    for (int i = 0; i < key.length; i++) {
      table.set(JAVA_LONG, KEY_AT + (long) i * Long.BYTES, key[i]);
    }
    table.set(JAVA_LONG, MAGIC_AT, MAGIC);
  }

  /**
   * Checks a table that came from another process.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static void check(
      MemorySegment table, Geometry geometry, long spaceIdHigh, long spaceIdLow) {
    require(table.byteSize() >= HEADER_BYTES, "a seal table has at least a header", 0);
    require(table.get(JAVA_LONG, MAGIC_AT) == MAGIC, "not a seal table: magic", 0);
    int version = table.get(JAVA_INT, VERSION_AT);
    require(version == VERSION, "seal table version, this build reads " + VERSION + ":", version);
    int subblockBytes = table.get(JAVA_INT, SUBBLOCK_BYTES_AT);
    require(subblockBytes == geometry.subblockBytes(), "seal table subblock bytes", subblockBytes);
    long entries = table.get(JAVA_LONG, ENTRIES_AT);
    require(entries == entries(geometry), "seal table entries", entries);
    require(table.byteSize() >= tableBytes(geometry), "seal table bytes", table.byteSize());
    boolean own =
        table.get(JAVA_LONG, SPACE_ID_HIGH_AT) == spaceIdHigh
            && table.get(JAVA_LONG, SPACE_ID_LOW_AT) == spaceIdLow;
    require(own, "seal table of another space", 0);
  }

  /** The key. */
  public static byte[] key(MemorySegment table) {
    return table.asSlice(KEY_AT, KEY_BYTES).toArray(JAVA_BYTE);
  }

  /** The number of a subblock in its space, below 2⁴⁰. */
  public static long place(Geometry geometry, int block, int subblock) {
    return (long) block * geometry.subblocks() + subblock;
  }

  /** The last generation in which the subblock of that number was to be sealed; 0 if none. */
  public static long generation(MemorySegment table, long place) {
    return (long) LONG.getVolatile(table, entryAt(place) + GENERATION_AT);
  }

  /** Notes that the subblock is to be sealed in that generation. */
  public static void generation(MemorySegment table, long place, long generation) {
    if (generation >= GENERATIONS) {
      throw new IllegalStateException("subblock " + place + " has used up its generations");
    }
    LONG.setVolatile(table, entryAt(place) + GENERATION_AT, generation);
  }

  /** Writes the tag of what was sealed. */
  public static void tag(MemorySegment table, long place, byte[] from, int at) {
    MemorySegment.copy(from, at, table, JAVA_BYTE, entryAt(place) + TAG_AT, TAG_BYTES);
  }

  /** Reads the tag of what was sealed last. */
  public static void readTag(MemorySegment table, long place, byte[] into, int at) {
    MemorySegment.copy(table, JAVA_BYTE, entryAt(place) + TAG_AT, into, at, TAG_BYTES);
  }

  /** Writes the nonce of a subblock in a generation. */
  public static void nonce(long place, long generation, byte[] into) {
    for (int i = 0; i < GENERATION_BYTES; i++) {
      into[i] = (byte) (generation >>> 8 * i);
    }
    for (int i = 0; i < NONCE_BYTES - GENERATION_BYTES; i++) {
      into[GENERATION_BYTES + i] = (byte) (place >>> 8 * i);
    }
  }

  private static long entryAt(long place) {
    return HEADER_BYTES + ENTRY_BYTES * place;
  }

  private static void require(boolean condition, String what, long value) {
    if (!condition) {
      throw new IllegalArgumentException(what + " " + value);
    }
  }
}
