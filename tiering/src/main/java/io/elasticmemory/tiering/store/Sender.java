package io.elasticmemory.tiering.store;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;
import static io.elasticmemory.wire.MessageLayout.HELLO_BYTES;
import static io.elasticmemory.wire.MessageLayout.U32;
import static io.elasticmemory.wire.MessageLayout.U64;
import static java.util.Objects.requireNonNull;

import io.elasticmemory.port.Stream;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.SegmentCrc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Requests on their way out: headers are collected, up to and including that of a write, whose
 * payload then goes straight from its frame. Allocates nothing.
 */
final class Sender {
  private static final int BUFFER_BYTES = Flights.MAX * HEADER_BYTES;

  private final Borrowing borrowing;
  private final Flights flights;
  private final Control control;
  private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER_BYTES + HEADER_BYTES, 8);
  private final MessageHeader header = new MessageHeader();
  private final SegmentCrc crc = new SegmentCrc();
  private long instance;
  private long lease;

  /** Bytes in the buffer, and how many of them are sent. */
  private int filled;

  private int sent;

  /** The write whose payload follows what is in the buffer, -1 if there is none. */
  private int payloadPlace = -1;

  private int payloadSent;

  /** Null unless payloads may travel compressed. */
  private final @Nullable PieceSender pieces;

  /** Whether they do: the exporter can. */
  private boolean compresses;

  Sender(
      Borrowing borrowing,
      Flights flights,
      Control control,
      @Nullable WireCompression compression) {
    this.borrowing = borrowing;
    this.flights = flights;
    this.control = control;
    pieces = compression == null ? null : new PieceSender(compression);
  }

  /**
   * The exporter and the lease that requests are made under.
   *
   * @param compresses whether payloads travel compressed
   */
  void use(long instance, long lease, boolean compresses) {
    this.instance = instance;
    this.lease = lease;
    this.compresses = compresses;
  }

  /** What is asked for a transfer. */
  int operation(Transfer transfer) {
    if (compresses) {
      return transfer.isWrite() ? MessageLayout.WRITE_COMPRESSED : MessageLayout.READ_COMPRESSED;
    }
    return transfer.isWrite() ? MessageLayout.WRITE : MessageLayout.READ;
  }

  /** Begins a new connection with a hello. */
  void hello(int role, long connection) {
    reset();
    control.ask(MessageLayout.HELLO, flights.nextNumber(Control.PLACE), 0);
    header.ask(MessageLayout.HELLO, control.number());
    header.epoch = borrowing.epoch();
    header.length = HELLO_BYTES;
    long at = HEADER_BYTES;
    buffer.set(U64, at + MessageLayout.HELLO_SPACE_ID_HIGH_AT, borrowing.spaceIdHigh());
    buffer.set(U64, at + MessageLayout.HELLO_SPACE_ID_LOW_AT, borrowing.spaceIdLow());
    buffer.set(U64, at + MessageLayout.HELLO_CONNECTION_AT, connection);
    buffer.set(U32, at + MessageLayout.HELLO_DONOR_AT, borrowing.donor());
    buffer.set(U32, at + MessageLayout.HELLO_ROLE_AT, role);
    header.payloadCrc = crc.of(buffer, at, HELLO_BYTES);
    header.write(buffer, 0);
    filled = HEADER_BYTES + HELLO_BYTES;
    control.sent();
  }

  /** The connection is lost, and with it what was collected. */
  void reset() {
    filled = 0;
    sent = 0;
    payloadPlace = -1;
  }

  /** True if something collected is not sent yet. */
  boolean isUnsent() {
    return sent < filled || payloadPlace >= 0;
  }

  /** True if bytes of a write have still to be sent. */
  boolean isSending(int place) {
    return payloadPlace == place;
  }

  /**
   * Sends what was collected and, if asked to, collects more.
   *
   * @param bytesMax after so many bytes it is enough for this time
   * @return bytes sent
   */
  long send(Stream stream, boolean collect, long bytesMax) throws IOException {
    if (pieces != null) {
      pieces.turn();
    }
    long total = 0;
    while (total < bytesMax && (isUnsent() || (collect && collect()))) {
      long bytes = sent < filled ? sendHeaders(stream) : sendPayload(stream, bytesMax - total);
      if (bytes == 0) {
        break;
      }
      total += bytes;
    }
    return total;
  }

  private long sendHeaders(Stream stream) throws IOException {
    long bytes = stream.send(buffer, sent, filled - sent, payloadPlace >= 0);
    sent += (int) bytes;
    return bytes;
  }

  private long sendPayload(Stream stream, long bytesMax) throws IOException {
    Transfer transfer = flights.transfer(payloadPlace);
    if (compresses) {
      return sendPieces(stream, transfer, bytesMax);
    }
    long left = Math.min(bytesMax, transfer.bytes() - payloadSent);
    long bytes = stream.send(transfer.frames(), transfer.frameOffset() + payloadSent, left);
    payloadSent += (int) bytes;
    if (payloadSent == transfer.bytes()) {
      payloadPlace = -1;
    }
    return bytes;
  }

  private long sendPieces(Stream stream, Transfer transfer, long bytesMax) throws IOException {
    PieceSender sender = requireNonNull(pieces);
    long bytes = sender.send(stream, transfer, bytesMax);
    if (sender.isDone(transfer)) {
      payloadPlace = -1;
    }
    return bytes;
  }

  /** Collects headers; false if there is nothing to send. */
  private boolean collect() {
    filled = 0;
    sent = 0;
    if (control.isUnsent()) {
      putControl();
    }
    while (payloadPlace < 0 && flights.hasQueued() && filled < BUFFER_BYTES) {
      putTransfer();
    }
    return filled > 0;
  }

  private void putControl() {
    header.ask(control.operation(), control.number());
    header.offset = control.offset();
    put();
    control.sent();
  }

  private void putTransfer() {
    int place = flights.nextQueued();
    Transfer transfer = flights.transfer(place);
    header.ask(operation(transfer), flights.send());
    header.offset = transfer.position();
    header.length = transfer.bytes();
    if (transfer.isWrite()) {
      header.payloadCrc = crc.of(transfer.frames(), transfer.frameOffset(), transfer.bytes());
      payloadPlace = place;
      payloadSent = 0;
      if (pieces != null) {
        pieces.begin();
      }
    }
    put();
  }

  private void put() {
    header.epoch = borrowing.epoch();
    header.instance = instance;
    header.lease = lease;
    header.write(buffer, filled);
    filled += HEADER_BYTES;
  }
}
