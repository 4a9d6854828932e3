package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;

import io.elasticmemory.wire.MessageHeader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Answers that are collected and sent with one system call, payloads straight from their slabs: of
 * an answer on its own, the last few bytes make a packet, and work on both sides, for themselves. A
 * lease is in use until the payload of its slabs is sent. Used by one thread.
 *
 * <pre>
 *   heads      | header | header || header || header | header |      up to 64 headers
 *   payloads                     ^         ^                         up to 16, here is one each
 * </pre>
 */
final class Answers {
  private static final int HEADS_BYTES = 64 * HEADER_BYTES;
  private static final int PAYLOADS_MAX = 16;

  /** More than that gains nothing, and a client that is slow keeps leases in use. */
  private static final int PAYLOAD_BYTES_MAX = 512 << 10;

  private final SocketChannel channel;
  private final Deadline deadline;
  private final MemorySegment headBytes;

  /** Headers not yet sent, before the position. */
  private final ByteBuffer heads;

  /** What is sent: a run of headers, a payload, and so on. */
  private final ByteBuffer[] parts = new ByteBuffer[2 * PAYLOADS_MAX + 1];

  /** The same memory as the heads: a view for each run of them. */
  private final ByteBuffer[] runs = new ByteBuffer[PAYLOADS_MAX + 1];

  private final @Nullable Lease[] inUse = new @Nullable Lease[PAYLOADS_MAX];
  private int payloads;
  private int payloadBytes;

  /** Headers before this are in a run. */
  private int runStart;

  /** Answers into a channel, with buffers that live as long as the arena. */
  Answers(SocketChannel channel, Deadline deadline, Arena arena) {
    this.channel = channel;
    this.deadline = deadline;
    headBytes = arena.allocate(HEADS_BYTES, 8);
    heads = headBytes.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < runs.length; i++) {
      runs[i] = heads.duplicate();
    }
  }

  /** Collects a header. */
  void add(MessageHeader header) throws IOException {
    makeRoom(HEADER_BYTES);
    header.write(headBytes, heads.position());
    heads.position(heads.position() + HEADER_BYTES);
  }

  /** Collects a header with a small payload. */
  void add(MessageHeader header, MemorySegment payload) throws IOException {
    int bytes = (int) payload.byteSize();
    makeRoom(HEADER_BYTES + bytes);
    add(header);
    MemorySegment.copy(payload, 0, headBytes, heads.position(), bytes);
    heads.position(heads.position() + bytes);
  }

  /** Collects two numbers that stand before a piece of a payload. */
  void add(int first, int second) throws IOException {
    makeRoom(2 * Integer.BYTES);
    heads.putInt(first).putInt(second);
  }

  private void makeRoom(int bytes) throws IOException {
    if (heads.remaining() < bytes) {
      send();
    }
  }

  /**
   * Collects a payload, which must not change until it is sent.
   *
   * @param lease of its slabs, if it is in slabs; entered, and left when the payload is sent
   */
  void add(ByteBuffer payload, @Nullable Lease lease) throws IOException {
    endRun();
    parts[2 * payloads + 1] = payload;
    inUse[payloads++] = lease;
    payloadBytes += payload.remaining();
    if (payloads == PAYLOADS_MAX || payloadBytes >= PAYLOAD_BYTES_MAX) {
      send();
    }
  }

  private void endRun() {
    runs[payloads].limit(heads.position()).position(runStart);
    parts[2 * payloads] = runs[payloads];
    runStart = heads.position();
  }

  /** True if payloads wait that must not change. */
  boolean hasPayloads() {
    return payloads > 0;
  }

  /** Sends what was collected. */
  void send() throws IOException {
    if (heads.position() == 0) {
      return;
    }
    try {
      endRun();
      sendParts(2 * payloads + 1, heads.position() + payloadBytes);
    } finally {
      forget();
    }
  }

  private void sendParts(int count, int bytes) throws IOException {
    deadline.within(Deadline.bodyNanos(bytes));
    for (long left = bytes; left > 0; ) {
      left -= channel.write(parts, 0, count);
    }
    deadline.off();
  }

  /** Leaves the leases of what was collected; it can be no more sent. */
  void forget() {
    for (int i = 0; i < payloads; i++) {
      Lease lease = inUse[i];
      if (lease != null) {
        lease.leave();
      }
    }
    payloads = 0;
    payloadBytes = 0;
    runStart = 0;
    heads.clear();
  }
}
