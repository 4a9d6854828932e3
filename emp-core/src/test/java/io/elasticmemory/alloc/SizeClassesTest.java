package io.elasticmemory.alloc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizeClassesTest {

  @Test
  void haveFourSizesToADoublingUpToHalfABlock() {
    SizeClasses classes = new SizeClasses(4096);

    assertThat(IntStream.range(0, classes.count()).map(classes::cellBytes))
        .containsExactly(
            16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896,
            1024, 1280, 1536, 1792, 2048);
  }

  @ParameterizedTest
  @ValueSource(ints = {4 << 10, 8 << 10, 64 << 10, 256 << 10, 2 << 20})
  void wasteAtMostFifteenBytesOrAFifth(int blockBytes) {
    SizeClasses classes = new SizeClasses(blockBytes);
    for (int bytes = 1; bytes <= blockBytes / 2; bytes++) {
      int sizeClass = classes.find(bytes, 1);
      int cellBytes = classes.cellBytes(sizeClass);
      if (cellBytes < bytes || cellBytes - bytes > Math.max(15, cellBytes / 5)) {
        assertThat(cellBytes).as("cell for %d bytes", bytes).isEqualTo(bytes);
      }
      if (sizeClass > 0 && classes.cellBytes(sizeClass - 1) >= bytes) {
        assertThat(cellBytes).as("smallest cell for %d bytes", bytes).isEqualTo(bytes);
      }
    }
  }

  @Test
  void giveTheSmallestCellThatIsAligned() {
    SizeClasses classes = new SizeClasses(64 << 10);

    assertThat(classes.cellBytes(classes.find(1, 16))).isEqualTo(16);
    assertThat(classes.cellBytes(classes.find(40, 32))).isEqualTo(64);
    assertThat(classes.cellBytes(classes.find(90, 32))).isEqualTo(96);
    assertThat(classes.cellBytes(classes.find(1, 4096))).isEqualTo(4096);
    assertThat(classes.cellBytes(classes.find(20_000, 4096))).isEqualTo(20_480);
    assertThat(classes.cellBytes(classes.find(32 << 10, 32 << 10))).isEqualTo(32 << 10);
  }

  @Test
  void knowNoCellForWhatNeedsMoreThanHalfABlock() {
    SizeClasses classes = new SizeClasses(64 << 10);

    assertThat(classes.find((32 << 10) + 1, 1)).isEqualTo(SizeClasses.NONE);
    assertThat(classes.find(1, 64 << 10)).isEqualTo(SizeClasses.NONE);
    assertThat(classes.find(Long.MAX_VALUE, 1)).isEqualTo(SizeClasses.NONE);
    assertThat(classes.find(1, 1L << 62)).isEqualTo(SizeClasses.NONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {4 << 10, 64 << 10, 2 << 20})
  void makeSpansOfWholeBlocksThatLeaveAtMostAnEighth(int blockBytes) {
    SizeClasses classes = new SizeClasses(blockBytes);
    for (int sizeClass = 0; sizeClass < classes.count(); sizeClass++) {
      int spanBytes = classes.spanBytes(sizeClass);
      assertThat(spanBytes % blockBytes).isZero();
      assertThat(spanBytes).isBetween(64 << 10, Math.max(64 << 10, blockBytes) * 4);
      assertThat(spanBytes % classes.cellBytes(sizeClass)).isLessThanOrEqualTo(spanBytes / 8);
    }
  }
}
