package io.elasticmemory.tiering.store;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;
import static io.elasticmemory.wire.MessageLayout.U32;
import static io.elasticmemory.wire.PackedLayout.PIECE_BYTES;
import static io.elasticmemory.wire.PackedLayout.PREFIX_BYTES;

import io.elasticmemory.codec.Lz4;
import io.elasticmemory.codec.Lz4Library;
import io.elasticmemory.wire.PackedLayout;
import io.elasticmemory.wire.SegmentCrc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Payloads that travel compressed, as the {@link FakeExporter} takes and sends them. */
final class FakePieces {
  private final Lz4 lz4 = Lz4Library.open(_ -> {});
  private final MemorySegment staging =
      Arena.ofAuto().allocate(PREFIX_BYTES + lz4.maxBytes(PIECE_BYTES), 8);
  private final ByteBuffer buffer = staging.asByteBuffer();
  private final SegmentCrc crc = new SegmentCrc();

  /** What is sent instead of the size of the next piece, as no exporter should; 0 for the truth. */
  int sizeInstead;

  /** Added to a byte of the next piece on its way. */
  byte spoils;

  /** Pieces that came or went compressed, and as they are. */
  int packed;

  int raw;

  /** Bytes of a payload on the wire; -1 if not all of it has come. */
  int payloadBytes(FakeStream.Pipe in, int plainBytes) {
    int bytes = 0;
    for (int at = 0; at < plainBytes; at += PIECE_BYTES) {
      int from = HEADER_BYTES + bytes;
      if (in.size() < from + PREFIX_BYTES) {
        return -1;
      }
      bytes += PREFIX_BYTES + in.bytes().get(U32, (long) in.first() + from);
    }
    return in.size() < HEADER_BYTES + bytes ? -1 : bytes;
  }

  void unpack(MemorySegment from, long fromAt, MemorySegment to, long toAt, int plainBytes) {
    for (int at = 0; at < plainBytes; at += PIECE_BYTES) {
      int piece = PackedLayout.pieceBytes(plainBytes, at);
      int sent = from.get(U32, fromAt);
      if (!PackedLayout.isLegal(sent, piece)
          || crc.of(from, fromAt + PREFIX_BYTES, sent) != from.get(U32, fromAt + 4)) {
        throw new AssertionError("the client sends a piece of " + sent + " bytes for " + piece);
      }
      ByteBuffer bytes = from.asSlice(fromAt + PREFIX_BYTES, sent).asByteBuffer();
      MemorySegment target = to.asSlice(toAt + at, piece);
      if (sent == piece) {
        raw++;
        target.copyFrom(MemorySegment.ofBuffer(bytes));
      } else {
        packed++;
        if (!lz4.decompress(bytes, 0, sent, target.asByteBuffer(), 0, piece)) {
          throw new AssertionError("what the client sends does not decompress");
        }
      }
      fromAt += PREFIX_BYTES + sent;
    }
  }

  void pack(MemorySegment from, long fromAt, int plainBytes, FakeStream.Pipe out) {
    for (int at = 0; at < plainBytes; at += PIECE_BYTES) {
      int piece = PackedLayout.pieceBytes(plainBytes, at);
      ByteBuffer plain = from.asSlice(fromAt + at, piece).asByteBuffer();
      int bytes = lz4.compress(plain, 0, piece, buffer, PREFIX_BYTES);
      if (bytes >= piece) {
        MemorySegment.copy(from, fromAt + at, staging, PREFIX_BYTES, piece);
        bytes = piece;
      }
      staging.set(U32, 0, sizeInstead != 0 ? sizeInstead : bytes);
      staging.set(U32, 4, crc.of(staging, PREFIX_BYTES, bytes));
      buffer.put(PREFIX_BYTES + bytes / 2, (byte) (buffer.get(PREFIX_BYTES + bytes / 2) + spoils));
      sizeInstead = 0;
      spoils = 0;
      out.put(staging, 0, PREFIX_BYTES + bytes);
    }
  }
}
