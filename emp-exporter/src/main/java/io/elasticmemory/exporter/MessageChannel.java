package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;
import static io.elasticmemory.wire.MessageLayout.HELLO_BYTES;

import io.elasticmemory.thread.Spin;
import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.PackedLayout;
import io.elasticmemory.wire.SegmentCrc;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;

/**
 * Messages in and out of a blocking socket. Small ones are collected: one system call takes several
 * requests, one sends several answers, and answers never wait while the client is waited for.
 * Payloads go between socket and slab without a stop. Every wait sets the deadline. Used by one
 * thread.
 */
final class MessageChannel {
  /** Requests are collected up to this; the rest of a longer one goes straight to its slab. */
  private static final int INPUT_BYTES = 16 << 10;

  /** What a client may still send after its connection was refused. */
  private static final int LINGER_BYTES_MAX = 1 << 20;

  private final SocketChannel channel;
  private final Deadline deadline;
  private final MemorySegment inputBytes;

  /** Received and not yet used, between position and limit. */
  private final ByteBuffer input;

  private final Answers answers;
  private final SegmentCrc crc = new SegmentCrc();

  /** Tells without waiting whether something has come. */
  private final InputStream arrived;

  private final Spin spin = new Spin(Spinners.SPIN_NANOS);

  /** A channel whose buffers live as long as the arena. */
  MessageChannel(SocketChannel channel, Deadline deadline, Arena arena) throws IOException {
    this.channel = channel;
    arrived = channel.socket().getInputStream();
    this.deadline = deadline;
    inputBytes = arena.allocate(INPUT_BYTES, 8);
    input = inputBytes.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN).limit(0);
    answers = new Answers(channel, deadline, arena);
  }

  /**
   * Waits until that many bytes have come.
   *
   * @param idleNanos how long the client may take before it sends the first of them
   * @return false if the client ended before the first of them
   */
  boolean await(int bytes, long idleNanos) throws IOException {
    if (input.remaining() >= bytes) {
      return true;
    }
    flush();
    input.compact();
    try {
      return fill(bytes, idleNanos);
    } finally {
      input.flip();
    }
  }

  private boolean fill(int bytes, long idleNanos) throws IOException {
    deadline.within(input.position() > 0 ? Deadline.MESSAGE_NANOS : idleNanos);
    while (input.position() < bytes) {
      boolean begins = input.position() == 0;
      if (begins) {
        lookAgain();
      }
      if (channel.read(input) < 0) {
        if (begins) {
          return false;
        }
        throw new EOFException();
      }
      if (begins) {
        deadline.within(Deadline.MESSAGE_NANOS);
      }
    }
    deadline.off();
    return true;
  }

  /** For a moment awake: the next request of a client that has just had an answer comes soon. */
  private void lookAgain() throws IOException {
    spin.worked();
    if (!Spinners.join()) {
      return;
    }
    try {
      while (arrived.available() == 0 && spin.looksAgain(System.nanoTime())) {
        Thread.onSpinWait();
      }
    } finally {
      Spinners.leave();
    }
  }

  /** Takes a header that {@link #await} waited for apart. */
  MessageHeader.Found read(MessageHeader header) {
    MessageHeader.Found found = header.read(inputBytes, input.position());
    input.position(input.position() + HEADER_BYTES);
    return found;
  }

  /** Whether the payload of so many bytes, which {@link #await} waited for, has this checksum. */
  boolean hasCrc(int bytes, int expected) {
    return crc.of(inputBytes, input.position(), bytes) == expected;
  }

  /** Takes a hello's payload that {@link #await} waited for apart. */
  Hello readHello(long epoch) {
    Hello hello = Hello.read(inputBytes, input.position(), epoch);
    input.position(input.position() + HELLO_BYTES);
    return hello;
  }

  /** Takes a number that {@link #await} waited for. */
  int takeInt() {
    return input.getInt();
  }

  /** Takes a number of 8 bytes that {@link #await} waited for. */
  long takeLong() {
    return input.getLong();
  }

  /** Fills a buffer with the payload that comes next. */
  void receive(ByteBuffer target) throws IOException {
    if (answers.hasPayloads()) {
      flush();
    }
    int staged = Math.min(input.remaining(), target.remaining());
    target.put(0, input, input.position(), staged).position(staged);
    input.position(input.position() + staged);
    if (!target.hasRemaining()) {
      return;
    }
    flush();
    deadline.within(Deadline.bodyNanos(target.remaining()));
    while (target.hasRemaining()) {
      if (channel.read(target) < 0) {
        throw new EOFException();
      }
    }
    deadline.off();
  }

  /** Drops the payload that comes next. */
  void skip(int bytes) throws IOException {
    int left = bytes - dropInput(bytes);
    if (left == 0) {
      return;
    }
    flush();
    deadline.within(Deadline.bodyNanos(left));
    while (left > 0) {
      input.clear();
      int received = channel.read(input);
      input.flip();
      if (received < 0) {
        throw new EOFException();
      }
      left -= dropInput(left);
    }
    deadline.off();
  }

  private int dropInput(int bytesMax) {
    int dropped = Math.min(input.remaining(), bytesMax);
    input.position(input.position() + dropped);
    return dropped;
  }

  /** Collects a message without payload. */
  void write(MessageHeader header) throws IOException {
    answers.add(header);
  }

  /** Collects a message with a small payload. */
  void write(MessageHeader header, MemorySegment payload) throws IOException {
    answers.add(header, payload);
  }

  /**
   * Collects a message with its payload, which is sent before anything else is received into slabs.
   *
   * @param lease of its slabs, entered; left when it is sent, or cannot be
   */
  void write(MessageHeader header, ByteBuffer payload, Lease lease) throws IOException {
    boolean added = false;
    try {
      answers.add(header);
      added = true;
    } finally {
      if (!added) {
        lease.leave();
      }
    }
    answers.add(payload, lease);
  }

  /** Sends what was collected and a piece of a payload, as drawn in {@link PackedLayout}. */
  void sendPiece(int sentBytes, int sentCrc, ByteBuffer piece) throws IOException {
    answers.add(sentBytes, sentCrc);
    answers.add(piece, null);
    answers.send();
  }

  /** Sends what was collected. */
  void flush() throws IOException {
    answers.send();
  }

  /** Leaves the leases of what was collected: nothing more is sent. */
  void forget() {
    answers.forget();
  }

  /**
   * Sends what was collected and lets the client read it: to close with bytes unread would reset
   * the connection and take the last answer along.
   */
  void linger() throws IOException {
    flush();
    channel.shutdownOutput();
    deadline.within(Deadline.LINGER_NANOS);
    for (int dropped = 0; dropped < LINGER_BYTES_MAX; ) {
      input.clear();
      int received = channel.read(input);
      if (received < 0) {
        break;
      }
      dropped += received;
    }
    deadline.off();
  }
}
