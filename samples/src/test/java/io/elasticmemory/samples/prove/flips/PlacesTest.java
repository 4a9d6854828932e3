package io.elasticmemory.samples.prove.flips;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages that are found where they are kept, and damaged there. */
class PlacesTest {
  @TempDir private Path folder;

  private Path file(int... pages) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(pages.length * Content.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int page : pages) {
      for (int word = 0; word < Content.WORDS; word++) {
        bytes.putLong(page < 0 ? 0 : Content.word(page, 1, word));
      }
    }
    return Files.write(folder.resolve("spill"), bytes.array());
  }

  @Test
  void areKnownByWhatTheyHold() throws IOException {
    try (Places places = Places.ofFile(file(7, -1, 0, 300))) {
      assertThat(places.all())
          .containsExactly(
              new Places.Place(7, 0), new Places.Place(0, 8192), new Places.Place(300, 12288));
    }
  }

  @Test
  void haveSoManyBitsOverUntilTheyAreTurnedBack() throws IOException {
    Path file = file(-1, 5, -1);
    byte[] before = Files.readAllBytes(file);
    try (Places places = Places.ofFile(file)) {
      for (int bits : new int[] {1, 2, 64}) {
        Places.Flip flip = places.flip(places.all().getFirst(), bits, new SplittableRandom(7));
        BitSet changed = BitSet.valueOf(Files.readAllBytes(file));
        changed.xor(BitSet.valueOf(before));
        assertThat(changed.cardinality()).isEqualTo(bits);
        assertThat(changed.nextSetBit(0)).isGreaterThanOrEqualTo(4096 * 8);
        assertThat(changed.length()).isLessThanOrEqualTo(8192 * 8);
        flip.turn();
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
      }
    }
  }

  @Test
  void noTwoPagesOrVersionsHoldTheSame() {
    assertThat(Content.page(Content.word(12, 3, 0))).isEqualTo(12);
    assertThat(Content.page(0)).isEqualTo(-1);
    assertThat(Content.page(Content.word(12, 3, 1))).isEqualTo(-1);
    assertThat(Content.word(12, 3, 9))
        .isNotEqualTo(Content.word(12, 4, 9))
        .isNotEqualTo(Content.word(13, 3, 9))
        .isNotEqualTo(Content.word(12, 3, 10));
  }
}
