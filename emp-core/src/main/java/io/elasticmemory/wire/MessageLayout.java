package io.elasticmemory.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.elasticmemory.port.Donor;
import java.lang.foreign.ValueLayout;

/**
 * What a pager and an exporter say to each other over TCP: a header of 64 bytes, then the payload
 * of the messages that have one. {@link MessageHeader} reads and writes headers.
 *
 * <pre>
 * header (64 bytes)
 *   0 u32 magic "EMPM"      16 u64 lease      40 u32 length       56 u32 payloadCrc
 *   4 u16 version           24 u64 epoch      44 u32 status       60 u32 headerCrc
 *   6 u16 operation         32 u64 offset     48 u64 instance        (of bytes 0 to 59)
 *   8 u64 request
 *
 * HELLO, payload (32 bytes)                 HELLO answered, payload (32 bytes)
 *   0 u64 spaceIdHigh                         0 u64 lease       0 if the space has none
 *   8 u64 spaceIdLow                          8 u32 leasedSlabs
 *  16 u64 connection (only grows)            12 u32 freeSlabs
 *  24 u32 donor                              16 u32 totalSlabs
 *  28 u32 role                               20 u32 leaseMillis
 *                                            24 u32 payloadBytesMax
 *                                            28 u32 abilities   1: LZ4, 2: RDMA, 4: words
 * </pre>
 *
 * <pre>
 * operation  asked with                            answered with (when status is OK)
 * HELLO      epoch, payloadCrc; payload            instance, payloadCrc; payload
 * LEASE      offset: slabs wanted                  lease; offset: its slabs
 *                                                  (without one lease 0; offset: slabs free)
 * READ       lease, offset, length                 length; payload
 * WRITE      lease, offset, length, payloadCrc;
 *            payload
 * PING
 * RELEASE    lease
 * BYE                                              nothing: the connection closes
 * READ_COMPRESSED   as READ                        as READ; payload as in {@link PackedLayout}
 * WRITE_COMPRESSED  as WRITE; payload as in {@link PackedLayout}
 * RDMA_OPEN  lease                                 offset: the token of {@link RdmaLayout};
 *                                                  epoch, length: address and key of its directory
 * RDMA_CLOSE lease
 * WORDS_OPEN                                       length, payloadCrc; payload of {@link WordsLayout}
 * SWAP_WORD  offset: the word, length,             offset: what the word was before
 *            payloadCrc; payload of {@link WordsLayout}
 * ADD_WORD   as SWAP_WORD                          as SWAP_WORD
 * </pre>
 *
 * In those of compressed bytes {@code length} and {@code payloadCrc} are of the plain ones. They
 * may be asked of an exporter that has said LZ4 in its answer to HELLO, those of RDMA of one that
 * has said RDMA, and those of words of one that has said words; one that is older says 0 there.
 *
 * <p>Every answer has its request's operation with {@link #ANSWER} set, request, lease and offset.
 * Magic, version, status and the size of the header keep their places in every version, so that
 * {@link #BAD_VERSION} can be told.
 */
public final class MessageLayout {
  /** "EMPM", little-endian. */
  public static final int MAGIC = 0x4d504d45;

  /** Raised when any offset or meaning changes. */
  public static final int VERSION = 2;

  /** Bytes of a header. */
  public static final int HEADER_BYTES = 64;

  /** Bytes of the payload of HELLO, asked and answered. */
  public static final int HELLO_BYTES = 32;

  /** Most bytes of a READ or WRITE: the largest block. */
  public static final int PAYLOAD_BYTES_MAX = 2 << 20;

  /** Bytes of a slab. */
  public static final long SLAB_BYTES = Donor.SLAB_BYTES;

  /** Most slabs one LEASE may ask for, 128 TiB. */
  public static final int SLABS_MAX = 1 << 21;

  /** Number in a message. */
  public static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  /** Number in a message. */
  public static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  /** Number in a message. */
  public static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

  /** Offset in the header. */
  public static final long MAGIC_AT = 0;

  /** Offset in the header. */
  public static final long VERSION_AT = 4;

  /** Offset in the header. */
  public static final long OPERATION_AT = 6;

  /** Offset in the header of the number that the answer repeats. */
  public static final long REQUEST_AT = 8;

  /** Offset in the header. */
  public static final long LEASE_AT = 16;

  /** Offset in the header of the pager's number among the pagers of its space. */
  public static final long EPOCH_AT = 24;

  /** Offset in the header of the first byte within the lease. */
  public static final long OFFSET_AT = 32;

  /** Offset in the header of the bytes to read or write. */
  public static final long LENGTH_AT = 40;

  /** Offset in the header; 0 in a request. */
  public static final long STATUS_AT = 44;

  /** Offset in the header of the exporter's random number, new at each start; 0 before HELLO. */
  public static final long INSTANCE_AT = 48;

  /** Offset in the header of the CRC32C of the payload of HELLO, both ways, and of WRITE, or 0. */
  public static final long PAYLOAD_CRC_AT = 56;

  /** Offset in the header of the CRC32C of all before it. */
  public static final long HEADER_CRC_AT = 60;

  /** Offset in the payload of HELLO. */
  public static final long HELLO_SPACE_ID_HIGH_AT = 0;

  /** Offset in the payload of HELLO. */
  public static final long HELLO_SPACE_ID_LOW_AT = 8;

  /** Offset in the payload of HELLO of the connection's number within its epoch; only grows. */
  public static final long HELLO_CONNECTION_AT = 16;

  /** Offset in the payload of HELLO of the donor's index in its space. */
  public static final long HELLO_DONOR_AT = 24;

  /** Offset in the payload of HELLO. */
  public static final long HELLO_ROLE_AT = 28;

  /** Offset in the payload of the answer to HELLO. */
  public static final long WELCOME_LEASE_AT = 0;

  /** Offset in the payload of the answer to HELLO. */
  public static final long WELCOME_LEASED_SLABS_AT = 8;

  /** Offset in the payload of the answer to HELLO. */
  public static final long WELCOME_FREE_SLABS_AT = 12;

  /** Offset in the payload of the answer to HELLO. */
  public static final long WELCOME_TOTAL_SLABS_AT = 16;

  /** Offset in the payload of the answer to HELLO of the time a lease lasts without a request. */
  public static final long WELCOME_LEASE_MILLIS_AT = 20;

  /** Offset in the payload of the answer to HELLO. */
  public static final long WELCOME_PAYLOAD_BYTES_MAX_AT = 24;

  /** Offset in the payload of the answer to HELLO of what this exporter can do beyond version 1. */
  public static final long WELCOME_ABILITIES_AT = 28;

  /** Ability: READ_COMPRESSED and WRITE_COMPRESSED, with {@link PackedLayout}. */
  public static final int LZ4 = 1;

  /** Ability: RDMA_OPEN and RDMA_CLOSE, with {@link RdmaLayout}. */
  public static final int RDMA = 2;

  /** Ability: WORDS_OPEN, with {@link WordsLayout}. */
  public static final int WORDS = 4;

  /** Set in the operation of an answer. */
  public static final int ANSWER = 0x8000;

  /** Says who is there; the first request of a connection, and only the first. */
  public static final int HELLO = 1;

  /** Asks for slabs. A space that has a lease already is told that one. */
  public static final int LEASE = 2;

  /** Fetches bytes. */
  public static final int READ = 3;

  /** Stores bytes. */
  public static final int WRITE = 4;

  /** Renews the lease, as every request does, and shows that the exporter lives. */
  public static final int PING = 5;

  /** Gives all slabs of the lease back. */
  public static final int RELEASE = 6;

  /** Ends the connection; the lease stays until its time is over. */
  public static final int BYE = 7;

  /** Fetches bytes, which travel compressed. */
  public static final int READ_COMPRESSED = 8;

  /** Stores bytes, which travel compressed. */
  public static final int WRITE_COMPRESSED = 9;

  /** Asks that the slabs of the lease can be reached by RDMA, as long as this connection stands. */
  public static final int RDMA_OPEN = 10;

  /** Ends that; when it is answered, nothing that was written so can land any more. */
  public static final int RDMA_CLOSE = 11;

  /** Asks for the words that several clients change, as long as this connection stands. */
  public static final int WORDS_OPEN = 12;

  /** Changes a word if it is what is expected; of words that the exporter's CPU serves. */
  public static final int SWAP_WORD = 13;

  /** Adds to a word; of words that the exporter's CPU serves. */
  public static final int ADD_WORD = 14;

  /** Role of a connection: reads that somebody waits for. */
  public static final int URGENT = 1;

  /** Role of a connection: everything else. */
  public static final int BULK = 2;

  /** Status: done. */
  public static final int OK = 0;

  /** Status: cannot be understood. The connection closes. */
  public static final int BAD_REQUEST = 1;

  /** Status: the exporter speaks the version of this answer. The connection closes. */
  public static final int BAD_VERSION = 2;

  /** Status: the exporter has as many connections as it may. The connection closes. */
  public static final int TOO_MANY_CONNECTIONS = 3;

  /** Status: a newer pager or connection has taken over. The connection closes. */
  public static final int SUPERSEDED = 4;

  /** Status: older connections could not be ended in time; try again. The connection closes. */
  public static final int BUSY = 5;

  /** Status: no such lease, not of this space, or its time is over. */
  public static final int NO_LEASE = 6;

  /** Status: not within one slab of the lease, or longer than a block. */
  public static final int BAD_RANGE = 7;

  /** Status: the payload is not what was sent; its range is undefined now. */
  public static final int BAD_CHECKSUM = 8;

  /** Status: the slabs cannot be reached by RDMA now; the exporter's log says why. */
  public static final int NO_RDMA = 9;

  private static final String[] STATUS_NAMES = {
    "ok",
    "bad request",
    "bad version",
    "too many connections",
    "superseded",
    "busy",
    "no lease",
    "bad range",
    "bad checksum",
    "no RDMA"
  };

  private MessageLayout() {}

  /** A status in words. */
  public static String describeStatus(int status) {
    return status >= 0 && status < STATUS_NAMES.length ? STATUS_NAMES[status] : "status " + status;
  }

  /** True for a status after which the exporter closes the connection. */
  public static boolean endsConnection(int status) {
    return status >= BAD_REQUEST && status <= BUSY;
  }
}
