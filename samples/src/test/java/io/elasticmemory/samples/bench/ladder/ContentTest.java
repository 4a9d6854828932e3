package io.elasticmemory.samples.bench.ladder;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContentTest {
  private static final int PAGES = 8;

  @ParameterizedTest
  @EnumSource(DataKind.class)
  void isTheSameForTheSameSeedOnly(DataKind kind) {
    assertThat(bytes(kind, 3)).isEqualTo(bytes(kind, 3)).isNotEqualTo(bytes(kind, 4));
  }

  @ParameterizedTest
  @EnumSource(DataKind.class)
  void givesEveryPageBytesOfItsOwn(DataKind kind) {
    byte[] bytes = bytes(kind, 1);
    MemorySegment all = MemorySegment.ofArray(bytes);
    for (int page = 1; page < PAGES; page++) {
      assertThat(all.asSlice(page * 4096L, 4096).mismatch(all.asSlice(0, 4096))).isNotEqualTo(-1);
    }
  }

  @Test
  void cannotBeCompressedWhereItIsNoise() {
    assertThat(compressed(bytes(DataKind.RANDOM, 1))).isGreaterThan(0.99);
  }

  @Test
  void canBeCompressedToHalfWhereHalfIsNoise() {
    assertThat(compressed(bytes(DataKind.HALF, 1))).isBetween(0.5, 0.52);
  }

  @Test
  void canBeCompressedWellWhereItIsText() {
    byte[] bytes = bytes(DataKind.TEXT, 1);
    assertThat(compressed(bytes)).isBetween(0.2, 0.5);
    assertThat(new String(bytes, 100, 200, java.nio.charset.StandardCharsets.US_ASCII))
        .matches("[a-z ]*");
  }

  private static double compressed(byte... bytes) {
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(bytes);
      deflater.finish();
      return (double) deflater.deflate(new byte[2 * bytes.length]) / bytes.length;
    }
  }

  private static byte[] bytes(DataKind kind, long seed) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(PAGES * 4096L, 4096).fill((byte) 0x55);
      Content content = new Content(kind, seed);
      for (int page = 0; page < PAGES; page++) {
        content.fill(memory, page);
      }
      return memory.toArray(JAVA_BYTE);
    }
  }
}
