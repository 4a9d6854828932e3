package io.elasticmemory.samples.prove.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageWordsTest {
  private static final int PAGE = 4096;

  private final MemorySegment memory = Arena.ofAuto().allocate(3 * PAGE, 8);

  @Test
  void whatWasWrittenIsRightAndNothingElseIsTouched() {
    PageWords.write(memory, PAGE, 17, 5);
    assertThat(PageWords.firstWrong(memory, PAGE, 17, 5)).isEqualTo(PageWords.NONE);
    assertThat(PageWords.firstWrong(memory, 0, 16, 0)).isEqualTo(PageWords.NONE);
    assertThat(PageWords.firstWrong(memory, 2 * PAGE, 18, 0)).isEqualTo(PageWords.NONE);
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 9})
  void everyBitThatIsTurnedOverIsSeen(long page) {
    PageWords.write(memory, 0, page, 77);
    for (int bit = 0; bit < 8 * PAGE; bit++) {
      turn(bit);
      assertThat(PageWords.firstWrong(memory, 0, page, 77)).isEqualTo(bit / 64);
      turn(bit);
    }
  }

  private void turn(int bit) {
    byte now = memory.get(ValueLayout.JAVA_BYTE, bit / 8);
    memory.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (now ^ 1 << bit % 8));
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 9})
  void thePageOfAnotherValueOrPlaceIsWrong(long page) {
    PageWords.write(memory, 0, page, 77);
    assertThat(PageWords.firstWrong(memory, 0, page, 76)).isZero();
    assertThat(PageWords.firstWrong(memory, 0, page + 16, 77)).isZero();
    assertThat(PageWords.firstWrong(memory, 0, page, 0)).isZero();
  }

  @Test
  void halfOfThePagesCompress() {
    assertThat(compressedBytes(3)).isLessThan(100);
    assertThat(compressedBytes(9)).isGreaterThan(4000);
  }

  private int compressedBytes(long page) {
    PageWords.write(memory, 0, page, 12345);
    byte[] bytes = memory.asSlice(0, PAGE).toArray(ValueLayout.JAVA_BYTE);
    return LZ4Factory.safeInstance().fastCompressor().compress(bytes).length;
  }
}
