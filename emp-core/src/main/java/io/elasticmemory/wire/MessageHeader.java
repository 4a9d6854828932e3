package io.elasticmemory.wire;

import static io.elasticmemory.wire.MessageLayout.U16;
import static io.elasticmemory.wire.MessageLayout.U32;
import static io.elasticmemory.wire.MessageLayout.U64;

import java.lang.foreign.MemorySegment;

/**
 * The fields of a message's header, in the order of {@link MessageLayout}. Refilled for each
 * message, so that none is allocated on the fault path; therefore its fields are open. Used by one
 * thread.
 */
public final class MessageHeader {
  /** What {@link #read} found. */
  public enum Found {
    /** A header; all fields are filled. */
    HEADER,
    /** A header of another version; only {@link #version} and {@link #status} are filled. */
    OTHER_VERSION,
    /** Something else, or a header that was damaged on the way. */
    GARBAGE
  }

  /** Filled by {@link #read}; {@link #write} writes this build's. */
  public int version = MessageLayout.VERSION;

  /** One of the operations, with ANSWER set in an answer. */
  public int operation;

  /** The number that the answer repeats. */
  public long request;

  /** The lease it is about, or 0. */
  public long lease;

  /** The pager's epoch. */
  public long epoch;

  /** Bytes from the start of the lease; slabs in LEASE. */
  public long offset;

  /**
   * Bytes to move; from the other side never to be believed without a check, it may be negative.
   */
  public int length;

  /** 0 in a request. */
  public int status;

  /** Which start of the exporter, 0 before HELLO. */
  public long instance;

  /** CRC32C of what a WRITE stores, and of what HELLO and its answer say. */
  public int payloadCrc;

  private final SegmentCrc crc = new SegmentCrc();

  /** Begins a request: everything else is 0. */
  public MessageHeader ask(int operation, long request) {
    clear();
    this.operation = operation;
    this.request = request;
    return this;
  }

  /** Turns the request into its answer: lease, epoch and offset stay. */
  public MessageHeader answer(int status) {
    operation |= MessageLayout.ANSWER;
    this.status = status;
    length = 0;
    payloadCrc = 0;
    return this;
  }

  /** Forgets everything. */
  public void clear() {
    operation = 0;
    request = 0;
    lease = 0;
    epoch = 0;
    offset = 0;
    length = 0;
    status = 0;
    instance = 0;
    payloadCrc = 0;
  }

  /** Writes the header with its checksum. */
  public void write(MemorySegment to, long at) {
    to.set(U32, at + MessageLayout.MAGIC_AT, MessageLayout.MAGIC);
    to.set(U16, at + MessageLayout.VERSION_AT, (short) MessageLayout.VERSION);
    to.set(U16, at + MessageLayout.OPERATION_AT, (short) operation);
    to.set(U64, at + MessageLayout.REQUEST_AT, request);
    to.set(U64, at + MessageLayout.LEASE_AT, lease);
    to.set(U64, at + MessageLayout.EPOCH_AT, epoch);
    to.set(U64, at + MessageLayout.OFFSET_AT, offset);
    to.set(U32, at + MessageLayout.LENGTH_AT, length);
    to.set(U32, at + MessageLayout.STATUS_AT, status);
    to.set(U64, at + MessageLayout.INSTANCE_AT, instance);
    to.set(U32, at + MessageLayout.PAYLOAD_CRC_AT, payloadCrc);
    to.set(U32, at + MessageLayout.HEADER_CRC_AT, crc.of(to, at, MessageLayout.HEADER_CRC_AT));
  }

  /** Reads a header and checks that it is one. */
  public Found read(MemorySegment from, long at) {
    if (from.get(U32, at + MessageLayout.MAGIC_AT) != MessageLayout.MAGIC) {
      return Found.GARBAGE;
    }
    version = Short.toUnsignedInt(from.get(U16, at + MessageLayout.VERSION_AT));
    status = from.get(U32, at + MessageLayout.STATUS_AT);
    if (version != MessageLayout.VERSION) {
      return Found.OTHER_VERSION;
    }
    int sum = crc.of(from, at, MessageLayout.HEADER_CRC_AT);
    if (from.get(U32, at + MessageLayout.HEADER_CRC_AT) != sum) {
      return Found.GARBAGE;
    }
    operation = Short.toUnsignedInt(from.get(U16, at + MessageLayout.OPERATION_AT));
    request = from.get(U64, at + MessageLayout.REQUEST_AT);
    lease = from.get(U64, at + MessageLayout.LEASE_AT);
    epoch = from.get(U64, at + MessageLayout.EPOCH_AT);
    offset = from.get(U64, at + MessageLayout.OFFSET_AT);
    length = from.get(U32, at + MessageLayout.LENGTH_AT);
    instance = from.get(U64, at + MessageLayout.INSTANCE_AT);
    payloadCrc = from.get(U32, at + MessageLayout.PAYLOAD_CRC_AT);
    return Found.HEADER;
  }
}
