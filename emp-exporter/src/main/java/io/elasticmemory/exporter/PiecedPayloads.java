package io.elasticmemory.exporter;

import static io.elasticmemory.wire.PackedLayout.PIECE_BYTES;
import static io.elasticmemory.wire.PackedLayout.PREFIX_BYTES;

import io.elasticmemory.codec.Lz4;
import io.elasticmemory.codec.PieceCompressor;
import io.elasticmemory.wire.PackedLayout;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Payloads of one connection that travel compressed, a piece after the other; slabs hold them
 * plain. What a client says of a piece is checked before it is taken: its size, then its checksum,
 * then the size it becomes. It needs no more memory than for one piece. Used by one thread.
 */
final class PiecedPayloads {
  /** What came. */
  enum Found {
    /** All pieces, stored. */
    GOOD,
    /** All pieces, of which one is not what was sent: where it belongs is undefined now. */
    DAMAGED,
    /** A piece of a size that no piece has: where the next one begins is unknown. */
    ILLEGAL
  }

  private final MessageChannel messages;
  private final Lz4 lz4;
  private final PieceCompressor compressor;
  private final ByteBuffer staging;
  private final CRC32C crc = new CRC32C();

  /** Payloads on a channel, with buffers that live as long as the arena. */
  PiecedPayloads(MessageChannel messages, Lz4 lz4, Arena arena) {
    this.messages = messages;
    this.lz4 = lz4;
    compressor = new PieceCompressor(lz4);
    staging = arena.allocate(lz4.maxBytes(PIECE_BYTES), 8).asByteBuffer();
  }

  /** Sends a range of a slab, after a header that was written. */
  void send(ByteBuffer bytes) throws IOException {
    int total = bytes.remaining();
    for (int at = 0; at < total; at += PIECE_BYTES) {
      int piece = PackedLayout.pieceBytes(total, at);
      int packed = compressor.compress(bytes, at, piece, staging, 0);
      boolean raw = packed == piece;
      ByteBuffer sent = raw ? bytes.slice(at, piece) : staging.slice(0, packed);
      messages.sendPiece(packed, crcOf(sent), sent);
    }
  }

  /** Fills a range of a slab with the payload that comes next. */
  Found receive(ByteBuffer bytes) throws IOException {
    int total = bytes.remaining();
    boolean good = true;
    for (int at = 0; at < total; at += PIECE_BYTES) {
      int piece = PackedLayout.pieceBytes(total, at);
      int sent = takePrefix();
      if (!PackedLayout.isLegal(sent, piece)) {
        return Found.ILLEGAL;
      }
      good &= receive(bytes, at, piece, sent, messages.takeInt());
    }
    return good ? Found.GOOD : Found.DAMAGED;
  }

  private boolean receive(ByteBuffer bytes, int at, int piece, int sentBytes, int sentCrc)
      throws IOException {
    boolean raw = sentBytes == piece;
    ByteBuffer target = raw ? bytes.slice(at, piece) : staging.slice(0, sentBytes);
    messages.receive(target);
    return crcOf(target.flip()) == sentCrc
        && (raw || lz4.decompress(staging, 0, sentBytes, bytes, at, piece));
  }

  /** Drops the payload that comes next; false if it is none. */
  boolean skip(int total) throws IOException {
    for (int at = 0; at < total; at += PIECE_BYTES) {
      int sent = takePrefix();
      if (!PackedLayout.isLegal(sent, PackedLayout.pieceBytes(total, at))) {
        return false;
      }
      int _ = messages.takeInt();
      messages.skip(sent);
    }
    return true;
  }

  /** The bytes of the piece that comes next, as its client says. */
  private int takePrefix() throws IOException {
    if (!messages.await(PREFIX_BYTES, Deadline.bodyNanos(PREFIX_BYTES))) {
      throw new EOFException();
    }
    return messages.takeInt();
  }

  private int crcOf(ByteBuffer bytes) {
    crc.reset();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }
}
