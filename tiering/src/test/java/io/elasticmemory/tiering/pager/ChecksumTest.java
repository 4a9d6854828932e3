package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the mark of a subblock notices for certain. */
class ChecksumTest {
  private static final int SUBBLOCK_BYTES = 4096;

  /** The largest subblock that has a mark of three bytes: half of the largest block. */
  private static final int LARGEST_BYTES = 1 << 20;

  /** What three bytes keep of it. */
  private static final int MARK = 0xff_ffff;

  /** The polynomial of CRC32C, its lowest power first. */
  private static final int POLYNOMIAL = 0x82f63b78;

  private final Checksum checksum = new Checksum(1, 2);
  private final ByteBuffer frame = ByteBuffer.allocateDirect(SUBBLOCK_BYTES);

  private int of() {
    return checksum.of(3, 4, frame, 0, SUBBLOCK_BYTES);
  }

  private void turn(int bit) {
    frame.put(bit >> 3, (byte) (frame.get(bit >> 3) ^ 1 << (bit & 7)));
  }

  /** How a checksum changes with a bit that so many bits follow, whatever the others are. */
  private static int changeOf(int bitsBehind) {
    int change = POLYNOMIAL;
    for (int i = 0; i < bitsBehind; i++) {
      change = next(change);
    }
    return change;
  }

  private static int next(int change) {
    return change >>> 1 ^ ((change & 1) == 0 ? 0 : POLYNOMIAL);
  }

  @Test
  void threeBytesOfItNoticeEveryBitOfASubblock() {
    byte[] bytes = new byte[SUBBLOCK_BYTES];
    new Random(7).nextBytes(bytes);
    frame.put(0, bytes);
    int whole = of();
    for (int bit = 0; bit < SUBBLOCK_BYTES * Byte.SIZE; bit++) {
      turn(bit);
      assertThat((of() ^ whole) & MARK).as("bit %d", bit).isNotZero();
      turn(bit);
    }
    assertThat(of()).isEqualTo(whole);
  }

  /** The change is the same for all bytes, so that one walk shows it of all subblocks. */
  @Test
  void threeBytesOfItNoticeEveryBitOfTheLargestSubblock() {
    int whole = of();
    for (int bit = SUBBLOCK_BYTES * Byte.SIZE - 100; bit < SUBBLOCK_BYTES * Byte.SIZE; bit++) {
      turn(bit);
      assertThat(of() ^ whole).isEqualTo(changeOf(SUBBLOCK_BYTES * Byte.SIZE - 1 - bit));
      turn(bit);
    }
    int change = POLYNOMIAL;
    for (long behind = 0; behind < (long) LARGEST_BYTES * Byte.SIZE; behind++) {
      if ((change & MARK) == 0) {
        assertThat(behind).as("bits behind one that is not noticed").isNegative();
      }
      change = next(change);
    }
  }
}
