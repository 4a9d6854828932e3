package io.elasticmemory.samples.prove.faults;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.samples.prove.faults.TruthLayout.Word;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Where writers and oracle find what they share. */
class TruthLayoutTest {
  private final MemorySegment file = Arena.ofAuto().allocate(4096 + 10 * 8, 8);

  @Test
  void hasTheSizesOfItsDrawing() {
    assertThat(TruthLayout.bytes(10)).isEqualTo(4096 + 80);
    TruthLayout.format(file, 3, 10);
    TruthLayout.check(file);

    TruthLayout.set(file, 2, Word.BEGUN, 1);
    TruthLayout.set(file, 2, Word.ACCESSES, 2);
    TruthLayout.set(file, 2, Word.LONGEST, 3);
    TruthLayout.set(file, 2, Word.WRONG, 4);
    TruthLayout.set(file, 2, Word.FOUND, 5);
    TruthLayout.written(file, 9, 6);

    assertThat(file.getString(0)).startsWith("EMPTRUTH");
    assertThat(file.get(JAVA_LONG, 8)).isEqualTo(1 | 3L << 32);
    assertThat(file.get(JAVA_LONG, 16)).isEqualTo(10);
    for (int word = 0; word < 5; word++) {
      assertThat(file.get(JAVA_LONG, 64 * 3 + 8L * word)).isEqualTo(word + 1);
    }
    assertThat(file.get(JAVA_LONG, 4096 + 72)).isEqualTo(6);
  }

  @Test
  void hasRoomForItsThreads() {
    assertThat(64 * (TruthLayout.THREADS_MAX + 1)).isLessThanOrEqualTo(4096);
  }

  @Test
  void refusesOtherSizes() {
    TruthLayout.format(file, 3, 10);
    assertThatThrownBy(() -> TruthLayout.check(file.asSlice(0, 4096)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TruthLayout.check(file.asSlice(0, 4095)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
