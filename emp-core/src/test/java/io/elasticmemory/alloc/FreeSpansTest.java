package io.elasticmemory.alloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FreeSpansTest {

  private final FreeSpans free = new FreeSpans(0);

  @Test
  void joinWithBothNeighbours() {
    free.add(0, 10);
    free.add(20, 10);
    assertThat(free.largestBytes()).isEqualTo(10);

    free.add(10, 10);

    assertThat(free.largestBytes()).isEqualTo(30);
    assertThat(free.freeBytes()).isEqualTo(30);
  }

  @Test
  void giveTheSmallestThatFitsAndTheLowestOfEquals() {
    free.add(0, 100);
    free.add(200, 20);
    free.add(300, 20);
    free.add(400, 10);

    assertThat(free.take(15, 1)).isEqualTo(200);
    assertThat(free.take(15, 1)).isEqualTo(300);
    assertThat(free.take(15, 1)).isEqualTo(0);
    assertThat(free.take(86, 1)).isEqualTo(FreeSpans.NONE);
    assertThat(free.take(85, 1)).isEqualTo(15);
    assertThat(free.freeBytes()).isEqualTo(20);
  }

  @Test
  void searchForAnAlignmentAndGiveBackBothEnds() {
    free.add(100, 50);
    free.add(200, 200);

    assertThat(free.take(50, 128)).isEqualTo(256);
    assertThat(free.freeBytes()).isEqualTo(200);
    assertThat(free.take(56, 1)).isEqualTo(200);
    assertThat(free.take(94, 1)).isEqualTo(306);
  }

  @Test
  void alignAddressesNotOffsets() {
    FreeSpans based = new FreeSpans(4096);
    based.add(0, 1 << 20);

    assertThat(based.take(10, 8192)).isEqualTo(4096);
    assertThat(based.take(10, 1L << 62)).isEqualTo(FreeSpans.NONE);
  }

  @Test
  void refuseWhatIsFreeAlready() {
    free.add(100, 50);

    assertThatThrownBy(() -> free.add(140, 20)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> free.add(100, 50)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> free.add(90, 20)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> free.add(90, 100)).isInstanceOf(IllegalStateException.class);
    assertThat(free.freeBytes()).isEqualTo(50);
  }
}
