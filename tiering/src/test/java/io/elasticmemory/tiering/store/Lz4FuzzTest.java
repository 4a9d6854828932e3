package io.elasticmemory.tiering.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.elasticmemory.codec.Lz4;
import io.elasticmemory.codec.Lz4Library;
import io.elasticmemory.testing.Mutations;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * LZ4 blocks that are none: bombs, references to before the start, lengths without end. Nothing is
 * written outside of the piece, nothing is taken for whole that is not, and both implementations
 * say the same.
 */
class Lz4FuzzTest {
  private static final int TRIES = 20_000;
  private static final int PIECE_BYTES = 4096;
  private static final int GUARD_BYTES = 64;
  private static final byte GUARD = 0x5a;

  private final Lz4 lz4 = Lz4Library.open(line -> fail(line));
  private final Lz4 inJava = Lz4.ofJava();
  private final Mutations mutations = new Mutations("Lz4FuzzTest");

  @Test
  void writesNothingOutsideOfThePiece() {
    List<byte[]> samples = new ArrayList<>();
    for (int distinct : new int[] {1, 3, 16, 256}) {
      samples.add(compressed(distinct));
    }
    // A bomb: 255 again and again asks for as many bytes as one likes.
    byte[] bomb = new byte[600];
    Arrays.fill(bomb, (byte) 0xff);
    samples.add(bomb);
    // A reference to before the start: one literal, then 64 KiB back.
    samples.add(new byte[] {0x1f, 7, (byte) 0xff, (byte) 0xff, 100, 0});
    samples.add(new byte[] {0x1f, 7, 0, 0, 100, 0});
    mutations.tryOn(samples, TRIES, this::block);
  }

  private byte[] compressed(int distinct) {
    ByteBuffer plain = ByteBuffer.allocateDirect(PIECE_BYTES);
    for (int at = 0; at < PIECE_BYTES; at++) {
      plain.put(at, (byte) mutations.random().nextInt(distinct));
    }
    ByteBuffer to = ByteBuffer.allocateDirect(lz4.maxBytes(PIECE_BYTES));
    byte[] bytes = new byte[lz4.compress(plain, 0, PIECE_BYTES, to, 0)];
    to.get(0, bytes);
    return bytes;
  }

  @FuzzTest
  void block(byte[] data) {
    ByteBuffer byLibrary = guarded();
    ByteBuffer byJava = guarded();
    boolean good = decompress(lz4, data, byLibrary);
    assertThat(decompress(inJava, data, byJava)).isEqualTo(good);
    if (good) {
      assertThat(byJava.mismatch(byLibrary)).isEqualTo(-1);
    }
  }

  private static ByteBuffer guarded() {
    ByteBuffer target = ByteBuffer.allocateDirect(PIECE_BYTES + 2 * GUARD_BYTES);
    for (int at = 0; at < target.capacity(); at++) {
      target.put(at, GUARD);
    }
    return target;
  }

  private static boolean decompress(Lz4 lz4, byte[] data, ByteBuffer to) {
    ByteBuffer from = ByteBuffer.allocateDirect(data.length).put(0, data);
    boolean good = lz4.decompress(from, 0, data.length, to, GUARD_BYTES, PIECE_BYTES);
    for (int at = 0; at < GUARD_BYTES; at++) {
      assertThat(to.get(at)).as("before the piece").isEqualTo(GUARD);
      assertThat(to.get(GUARD_BYTES + PIECE_BYTES + at)).as("behind it").isEqualTo(GUARD);
    }
    return good;
  }
}
