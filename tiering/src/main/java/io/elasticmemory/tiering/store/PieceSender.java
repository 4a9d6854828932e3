package io.elasticmemory.tiering.store;

import static io.elasticmemory.wire.PackedLayout.PIECE_BYTES;
import static io.elasticmemory.wire.PackedLayout.PREFIX_BYTES;

import io.elasticmemory.codec.PieceCompressor;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.port.Stream;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.PackedLayout;
import io.elasticmemory.wire.SegmentCrc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Payloads on their way out that travel compressed, a piece after the other: compressed when the
 * one before it is sent, and in one turn not more than about {@link #TURN_BYTES_MAX}, so that
 * faults are served between. Allocates nothing.
 */
final class PieceSender {
  /** Plain bytes that are compressed in one turn, about: at a GB/s. */
  static final int TURN_BYTES_MAX = 64 << 10;

  private final PieceCompressor compressor;
  private final Counters counters;
  private final MemorySegment staging;
  private final ByteBuffer stagingBuffer;
  private final FrameViews views = new FrameViews();
  private final SegmentCrc crc = new SegmentCrc();
  private int turnBytes;

  /** Plain bytes of the payload before the end of the current piece. */
  private int end;

  /** Bytes of the current piece to be sent from the staging memory, its prefix included. */
  private int staged;

  /** Bytes of the current piece that follow from the frame. */
  private int raw;

  /** Bytes of the current piece that are sent. */
  private int sent;

  PieceSender(WireCompression compression) {
    compressor = new PieceCompressor(compression.lz4());
    counters = compression.counters();
    staging = Arena.ofAuto().allocate(PREFIX_BYTES + compression.lz4().maxBytes(PIECE_BYTES), 8);
    stagingBuffer = staging.asByteBuffer();
  }

  /** A new turn: pieces may be compressed again. */
  void turn() {
    turnBytes = 0;
  }

  /** Begins a payload. */
  void begin() {
    end = 0;
    staged = 0;
    raw = 0;
    sent = 0;
  }

  /** True if all of the payload has been sent. */
  boolean isDone(Transfer transfer) {
    return end == transfer.bytes() && sent == staged + raw;
  }

  /**
   * Sends more of the payload.
   *
   * @return bytes sent; 0 if the connection takes no more now, or enough was compressed in this
   *     turn
   */
  long send(Stream stream, Transfer transfer, long bytesMax) throws IOException {
    if (sent == staged + raw) {
      if (turnBytes >= TURN_BYTES_MAX) {
        return 0;
      }
      stage(transfer);
    }
    long bytes = sent < staged ? sendStaged(stream, bytesMax) : sendRaw(stream, transfer, bytesMax);
    sent += (int) bytes;
    return bytes;
  }

  private long sendStaged(Stream stream, long bytesMax) throws IOException {
    return stream.send(staging, sent, Math.min(bytesMax, staged - sent), raw > 0);
  }

  private long sendRaw(Stream stream, Transfer transfer, long bytesMax) throws IOException {
    int left = staged + raw - sent;
    long at = transfer.frameOffset() + end - left;
    return stream.send(transfer.frames(), at, Math.min(bytesMax, left));
  }

  private void stage(Transfer transfer) {
    int bytes = PackedLayout.pieceBytes(transfer.bytes(), end);
    int at = (int) transfer.frameOffset() + end;
    ByteBuffer frames = views.of(transfer.frames());
    int packed = compressor.compress(frames, at, bytes, stagingBuffer, PREFIX_BYTES);
    boolean isRaw = packed == bytes;
    int sum = isRaw ? crc.of(transfer.frames(), at, bytes) : crc.of(staging, PREFIX_BYTES, packed);
    staging.set(MessageLayout.U32, PackedLayout.SENT_BYTES_AT, packed);
    staging.set(MessageLayout.U32, PackedLayout.SENT_CRC_AT, sum);
    staged = PREFIX_BYTES + (isRaw ? 0 : packed);
    raw = isRaw ? bytes : 0;
    sent = 0;
    end += bytes;
    turnBytes += bytes;
    counters.add(Counter.bytesSavedToRemote, bytes - packed);
  }
}
