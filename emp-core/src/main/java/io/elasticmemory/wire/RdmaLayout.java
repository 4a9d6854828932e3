package io.elasticmemory.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;

/**
 * What a pager and an exporter tell each other when the slabs of a lease are to be reached by RDMA:
 * a little with the connections, and a directory of the slabs in the exporter's memory, which the
 * pager reads as its first operation.
 *
 * <pre>
 * with the request (32 bytes)               with the answer (24 bytes)
 *   0 u32 magic "EMPR"                        0 u32 magic "EMPR"
 *   4 u16 version                             4 u16 version
 *   6 u16 role                                8 u64 directoryAddress
 *   8 u64 lease                              16 u32 directoryKey
 *  16 u64 token                              20 u32 slabs
 *  24 u64 instance
 *
 * directory, an entry (16 bytes) for each slab of the lease in its order
 *   0 u64 address
 *   8 u32 key
 *  12 u32 crc       CRC32C of lease (8), number of the slab (4), address (8), key (4)
 * </pre>
 *
 * <p>A pager opens a connection for each role; both reach the same slabs. Lease and token are known
 * to the pager and the exporter only.
 */
public final class RdmaLayout {
  /** "EMPR", little-endian. */
  public static final int MAGIC = 0x52504d45;

  /** Raised when any offset or meaning changes. */
  public static final int VERSION = 1;

  /** Bytes that go with a request. */
  public static final int REQUEST_BYTES = 32;

  /** Bytes that go with an answer. */
  public static final int ANSWER_BYTES = 24;

  /** Bytes of an entry of the directory. */
  public static final int ENTRY_BYTES = 16;

  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private static final long MAGIC_AT = 0;
  private static final long VERSION_AT = 4;
  private static final long ROLE_AT = 6;
  private static final long LEASE_AT = 8;
  private static final long TOKEN_AT = 16;
  private static final long INSTANCE_AT = 24;
  private static final long DIRECTORY_ADDRESS_AT = 8;
  private static final long DIRECTORY_KEY_AT = 16;
  private static final long SLABS_AT = 20;
  private static final long ADDRESS_AT = 0;
  private static final long KEY_AT = 8;
  private static final long CRC_AT = 12;

  private RdmaLayout() {}

  /**
   * What goes with a request.
   *
   * @param role as in HELLO
   * @param lease of the pager's space
   * @param token that RDMA_OPEN was answered with
   * @param instance of the exporter
   */
  public record Request(int role, long lease, long token, long instance) {
    /** Fills {@link #REQUEST_BYTES}. */
    public void write(MemorySegment into) {
      begin(into);
      into.set(U16, ROLE_AT, (short) role);
      into.set(U64, LEASE_AT, lease);
      into.set(U64, TOKEN_AT, token);
      into.set(U64, INSTANCE_AT, instance);
    }

    /** What came, if {@link #isKnown}. */
    public static Request read(MemorySegment from) {
      return new Request(
          from.get(U16, ROLE_AT),
          from.get(U64, LEASE_AT),
          from.get(U64, TOKEN_AT),
          from.get(U64, INSTANCE_AT));
    }
  }

  /**
   * What goes with an answer.
   *
   * @param directoryAddress of the directory
   * @param directoryKey of its region
   * @param slabs entries it has
   */
  public record Answer(long directoryAddress, int directoryKey, int slabs) {
    /** Fills {@link #ANSWER_BYTES}. */
    public void write(MemorySegment into) {
      begin(into);
      into.set(U16, ROLE_AT, (short) 0);
      into.set(U64, DIRECTORY_ADDRESS_AT, directoryAddress);
      into.set(U32, DIRECTORY_KEY_AT, directoryKey);
      into.set(U32, SLABS_AT, slabs);
    }

    /** What came, if {@link #isKnown}. */
    public static Answer read(MemorySegment from) {
      return new Answer(
          from.get(U64, DIRECTORY_ADDRESS_AT),
          from.get(U32, DIRECTORY_KEY_AT),
          from.get(U32, SLABS_AT));
    }
  }

  private static void begin(MemorySegment into) {
    into.set(U32, MAGIC_AT, MAGIC);
    into.set(U16, VERSION_AT, (short) VERSION);
  }

  /** Whether what came is a request or answer of this version: other bytes may follow it. */
  public static boolean isKnown(MemorySegment from, int bytesThere, int bytesWanted) {
    return bytesThere >= bytesWanted
        && from.get(U32, MAGIC_AT) == MAGIC
        && from.get(U16, VERSION_AT) == VERSION;
  }

  /** Fills the entry of a slab. */
  public static void putSlab(MemorySegment directory, long lease, int slab, long address, int key) {
    long at = (long) slab * ENTRY_BYTES;
    directory.set(U64, at + ADDRESS_AT, address);
    directory.set(U32, at + KEY_AT, key);
    directory.set(U32, at + CRC_AT, crc(lease, slab, address, key));
  }

  /** Whether the entry of a slab is what the exporter wrote for it. */
  public static boolean isGood(MemorySegment directory, long lease, int slab) {
    long at = (long) slab * ENTRY_BYTES;
    return directory.get(U32, at + CRC_AT)
        == crc(lease, slab, address(directory, slab), key(directory, slab));
  }

  /** Where a slab is in the exporter's memory. */
  public static long address(MemorySegment directory, int slab) {
    return directory.get(U64, (long) slab * ENTRY_BYTES + ADDRESS_AT);
  }

  /** The key of a slab's region. */
  public static int key(MemorySegment directory, int slab) {
    return directory.get(U32, (long) slab * ENTRY_BYTES + KEY_AT);
  }

  private static int crc(long lease, int slab, long address, int key) {
    byte[] bytes = new byte[24];
    MemorySegment all = MemorySegment.ofArray(bytes);
    all.set(U64, 0, lease);
    all.set(U32, 8, slab);
    all.set(U64, 12, address);
    all.set(U32, 20, key);
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
