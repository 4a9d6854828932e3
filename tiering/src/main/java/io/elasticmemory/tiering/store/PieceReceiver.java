package io.elasticmemory.tiering.store;

import static io.elasticmemory.wire.PackedLayout.PIECE_BYTES;
import static io.elasticmemory.wire.PackedLayout.PREFIX_BYTES;

import io.elasticmemory.codec.Lz4;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Stream;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.tiering.store.LinkFailure.Trouble;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.PackedLayout;
import io.elasticmemory.wire.SegmentCrc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Payloads on their way in that travel compressed, a piece after the other. The size a piece says
 * it has is checked before a byte of it is taken, its checksum before it is decompressed, the size
 * it becomes after that. Pieces that were not compressed go straight into their frame. Allocates
 * nothing as long as the exporter does as it should.
 */
final class PieceReceiver {
  /** Plain bytes that are decompressed in one turn, about: at several GB/s. */
  static final int TURN_BYTES_MAX = 256 << 10;

  private final Lz4 lz4;
  private final Counters counters;
  private final MemorySegment staging = Arena.ofAuto().allocate(PIECE_BYTES + PREFIX_BYTES, 8);
  private final ByteBuffer stagingBuffer = staging.asByteBuffer();
  private final MemorySegment prefix = Arena.ofAuto().allocate(PREFIX_BYTES, 8);
  private final FrameViews views = new FrameViews();
  private final SegmentCrc crc = new SegmentCrc();
  private int turnBytes;

  /** Plain bytes of the payload before the current piece. */
  private int at;

  /** Bytes of the current piece on the wire; 0 as long as its prefix is not complete. */
  private int sentBytes;

  private int sentCrc;

  /** Bytes of the current piece, or of its prefix, that have come. */
  private int received;

  private boolean damaged;

  PieceReceiver(WireCompression compression) {
    lz4 = compression.lz4();
    counters = compression.counters();
  }

  /** A new turn: pieces may be decompressed again. */
  void turn() {
    turnBytes = 0;
  }

  /** True if enough was decompressed in this turn. */
  boolean isTired() {
    return turnBytes >= TURN_BYTES_MAX;
  }

  /** Begins a payload. */
  void begin() {
    at = 0;
    sentBytes = 0;
    received = 0;
    damaged = false;
  }

  /** True if all of the payload has come. */
  boolean isDone(Transfer transfer) {
    return at == transfer.bytes();
  }

  /** True if a piece of it was not what was sent; the frame is undefined then. */
  boolean isDamaged() {
    return damaged;
  }

  /** Bytes that can be taken at once. */
  long wanted(long bytesMax) {
    return sentBytes == 0 ? PREFIX_BYTES - received : Math.min(bytesMax, sentBytes - received);
  }

  /** Receives as many; negative at the end of the connection. */
  long receive(Stream stream, Transfer transfer, long wanted) throws IOException {
    int pieceBytes = PackedLayout.pieceBytes(transfer.bytes(), at);
    boolean raw = sentBytes == pieceBytes;
    MemorySegment into = sentBytes == 0 ? prefix : raw ? transfer.frames() : staging;
    long start = raw ? transfer.frameOffset() + at : 0;
    long bytes = stream.receive(into, start + received, wanted);
    received += (int) Math.max(0, bytes);
    if (sentBytes == 0) {
      if (received == PREFIX_BYTES) {
        readPrefix(pieceBytes);
      }
    } else if (received == sentBytes) {
      finish(transfer, pieceBytes, raw);
    }
    return bytes;
  }

  private void readPrefix(int pieceBytes) throws LinkFailure {
    int bytes = prefix.get(MessageLayout.U32, PackedLayout.SENT_BYTES_AT);
    if (!PackedLayout.isLegal(bytes, pieceBytes)) {
      throw new LinkFailure(
          Trouble.FOREIGN,
          "the exporter sends %d bytes for a piece of %d".formatted(bytes, pieceBytes));
    }
    sentBytes = bytes;
    sentCrc = prefix.get(MessageLayout.U32, PackedLayout.SENT_CRC_AT);
    received = 0;
  }

  private void finish(Transfer transfer, int pieceBytes, boolean raw) {
    int frameAt = (int) transfer.frameOffset() + at;
    MemorySegment from = raw ? transfer.frames() : staging;
    boolean good = crc.of(from, raw ? frameAt : 0, sentBytes) == sentCrc;
    if (good && !raw) {
      ByteBuffer frames = views.of(transfer.frames());
      good = lz4.decompress(stagingBuffer, 0, sentBytes, frames, frameAt, pieceBytes);
    }
    damaged |= !good;
    counters.add(Counter.bytesSavedFromRemote, pieceBytes - sentBytes);
    turnBytes += pieceBytes;
    at += pieceBytes;
    sentBytes = 0;
    received = 0;
  }
}
