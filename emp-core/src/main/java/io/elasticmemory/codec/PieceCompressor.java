package io.elasticmemory.codec;

import java.nio.ByteBuffer;

/**
 * Compresses pieces one after another, and says which are better left as they are. After some in a
 * row that were, only every eighth is tried, so that data that does not compress costs little. Used
 * by one thread; allocates nothing.
 */
public final class PieceCompressor {
  /** Pieces in a row that did not compress, after which most are not tried. */
  static final int FAILURES_MAX = 4;

  /** Of so many pieces one is tried then. */
  static final int TRIAL_EVERY = 8;

  /** A piece must save this part of itself, or it is not worth decompressing. */
  private static final int SAVED_PART = 8;

  private final Lz4 lz4;
  private int failures;
  private int untried;

  /** A compressor that has not seen anything yet. */
  public PieceCompressor(Lz4 lz4) {
    this.lz4 = lz4;
  }

  /**
   * Compresses a piece.
   *
   * @param to direct, with room for {@link Lz4#maxBytes} from {@code toAt}
   * @return the bytes of its LZ4 block; {@code bytes} if it is better left as it is, and what is in
   *     {@code to} then is of no use
   */
  public int compress(ByteBuffer from, int at, int bytes, ByteBuffer to, int toAt) {
    if (failures >= FAILURES_MAX && ++untried < TRIAL_EVERY) {
      return bytes;
    }
    untried = 0;
    int packed = lz4.compress(from, at, bytes, to, toAt);
    if (packed > bytes - bytes / SAVED_PART || packed >= bytes) {
      failures++;
      return bytes;
    }
    failures = 0;
    return packed;
  }
}
