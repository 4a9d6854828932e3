package io.elasticmemory.wire;

/**
 * The payload of a {@link MessageLayout#READ_COMPRESSED} answered and of a {@link
 * MessageLayout#WRITE_COMPRESSED} asked: pieces of 64 KiB, the last one of what is left, one after
 * another. How many bytes they are together is the length in the header.
 *
 * <pre>
 * piece
 *   0 u32 sentBytes   as many as the piece has: they follow as they are; fewer, but at least 1:
 *                     an LZ4 block of so many bytes follows, which becomes exactly the piece
 *   4 u32 sentCrc     CRC32C of the bytes that follow
 *   8 sentBytes bytes
 * </pre>
 *
 * <p>A change of this is another ability in the answer to HELLO ({@link MessageLayout#LZ4}).
 */
public final class PackedLayout {
  /** Plain bytes of a piece: as far back as LZ4 looks. */
  public static final int PIECE_BYTES = 64 << 10;

  /** Bytes before those of the piece. */
  public static final int PREFIX_BYTES = 8;

  /** Offset in the prefix. */
  public static final long SENT_BYTES_AT = 0;

  /** Offset in the prefix. */
  public static final long SENT_CRC_AT = 4;

  private PackedLayout() {}

  /** Plain bytes of the piece that begins at {@code at} of a payload. */
  public static int pieceBytes(int payloadBytes, int at) {
    return Math.min(PIECE_BYTES, payloadBytes - at);
  }

  /** Whether a piece may have come as so many bytes; the number is not to be believed before. */
  public static boolean isLegal(int sentBytes, int pieceBytes) {
    return sentBytes >= 1 && sentBytes <= pieceBytes;
  }
}
