package io.elasticmemory.samples.chaos;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;
import static io.elasticmemory.wire.MessageLayout.HELLO_BYTES;
import static io.elasticmemory.wire.MessageLayout.PAYLOAD_BYTES_MAX;

import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.PackedLayout;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/** Cuts what one side says into its messages. Used by one thread. */
final class FrameReader {
  private final InputStream in;
  private final MessageHeader header = new MessageHeader();

  FrameReader(InputStream in) {
    this.in = in;
  }

  /**
   * The next message; null at the end.
   *
   * @throws ProtocolException if what comes is none: where the next one begins is unknown then
   */
  @Nullable Frame next() throws IOException {
    byte[] head = in.readNBytes(HEADER_BYTES);
    if (head.length == 0) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(HEADER_BYTES + HELLO_BYTES);
    bytes.write(require(head, HEADER_BYTES));
    if (header.read(MemorySegment.ofArray(head), 0) == MessageHeader.Found.GARBAGE) {
      throw new ProtocolException("a message does not begin with a header of one");
    }
    takePayload(bytes);
    return new Frame(bytes.toByteArray(), header.operation, System.nanoTime());
  }

  private void takePayload(ByteArrayOutputStream into) throws IOException {
    boolean answered = (header.operation & MessageLayout.ANSWER) != 0;
    boolean carries = !answered || header.status == MessageLayout.OK;
    switch (header.operation & ~MessageLayout.ANSWER) {
      case MessageLayout.HELLO -> take(into, carries ? HELLO_BYTES : 0);
      case MessageLayout.READ -> take(into, answered && carries ? payloadLength() : 0);
      case MessageLayout.WRITE -> take(into, answered ? 0 : payloadLength());
      case MessageLayout.READ_COMPRESSED -> takePieces(into, answered && carries);
      case MessageLayout.WRITE_COMPRESSED -> takePieces(into, !answered);
      default -> {}
    }
  }

  private int payloadLength() throws ProtocolException {
    if (header.length < 1 || header.length > PAYLOAD_BYTES_MAX) {
      throw new ProtocolException("a message has " + header.length + " bytes of payload");
    }
    return header.length;
  }

  private void takePieces(ByteArrayOutputStream into, boolean carries) throws IOException {
    int total = carries ? payloadLength() : 0;
    for (int at = 0; at < total; at += PackedLayout.PIECE_BYTES) {
      byte[] prefix = take(into, PackedLayout.PREFIX_BYTES);
      int sent = MemorySegment.ofArray(prefix).get(MessageLayout.U32, PackedLayout.SENT_BYTES_AT);
      if (!PackedLayout.isLegal(sent, PackedLayout.pieceBytes(total, at))) {
        throw new ProtocolException("a piece has " + sent + " bytes");
      }
      take(into, sent);
    }
  }

  private byte[] take(ByteArrayOutputStream into, int count) throws IOException {
    byte[] bytes = require(in.readNBytes(count), count);
    into.write(bytes);
    return bytes;
  }

  private static byte[] require(byte[] bytes, int count) throws EOFException {
    if (bytes.length < count) {
      throw new EOFException("a message ends after " + bytes.length + " of " + count + " bytes");
    }
    return bytes;
  }
}
