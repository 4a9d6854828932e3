package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FramesTest {
  private static final int BLOCK_BYTES = 256;
  private static final int SUBBLOCK_BYTES = 64;
  private static final int LARGE = 4;
  private static final int SMALL = 6;

  private final Frames frames =
      new Frames(
          bytes -> MemorySegment.ofArray(new byte[(int) bytes]),
          BLOCK_BYTES,
          LARGE * BLOCK_BYTES,
          1,
          64,
          SUBBLOCK_BYTES,
          SMALL);

  @Test
  void framesDoNotOverlapAndTakeWhatTheyAreFor() {
    Set<Long> bytes = new HashSet<>();
    for (int i = 0; i < LARGE + SMALL; i++) {
      int length = i < LARGE ? BLOCK_BYTES : SUBBLOCK_BYTES;
      assertThat(frames.view(i).capacity()).isEqualTo(length);
      for (long at = 0; at < length; at++) {
        assertThat(bytes.add(frames.offset(i) + at)).isTrue();
      }
    }
    assertThat(frames.memory().byteSize()).isEqualTo(bytes.size());
  }

  @Test
  void aSubblockTakesALargeFrameOnlyWhenNoSmallOneIsLeft() {
    for (int i = 0; i < SMALL; i++) {
      assertThat(frames.take(1)).isGreaterThanOrEqualTo(LARGE);
    }
    assertThat(frames.freeCount()).isEqualTo(LARGE);
    int frame = frames.take(1);
    assertThat(frame).isLessThan(LARGE);
    frames.give(frame);
    assertThat(frames.freeCount()).isEqualTo(LARGE);
  }

  @Test
  void aRunHasNoFrameWhenOnlySmallOnesAreLeft() {
    for (int i = 0; i < LARGE; i++) {
      assertThat(frames.take(2)).isLessThan(LARGE);
    }
    assertThat(frames.hasFor(2, 0)).isFalse();
    assertThat(frames.hasFor(1, SMALL - 1)).isTrue();
    assertThat(frames.hasFor(1, SMALL)).isFalse();
  }

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    Set<Integer> first = takeAll();
    first.forEach(frames::give);
    assertThat(takeAll()).isEqualTo(first).hasSize(LARGE + SMALL);
  }

  private Set<Integer> takeAll() {
    Set<Integer> taken = new HashSet<>();
    while (frames.hasFor(1, 0)) {
      taken.add(frames.take(1));
    }
    return taken;
  }
}
