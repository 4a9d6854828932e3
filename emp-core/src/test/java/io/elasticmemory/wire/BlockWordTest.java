package io.elasticmemory.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlockWordTest {
  private static final int DONOR = BlockWord.DONORS_MAX - 1;
  private static final int SLOT = BlockWord.SLOTS_MAX - 1;

  @Test
  void keepsEachFieldApartFromTheOthers() {
    long word = BlockWord.withSlot(BlockWord.GENERATIONS - 1, DONOR, SLOT);
    word = BlockWord.withActivity(word, BlockWord.DISCARDING);

    assertThat(BlockWord.isPinned(word)).isFalse();
    assertThat(BlockWord.isLost(word)).isFalse();
    long pinned = BlockWord.withPinned(word, true);
    assertThat(BlockWord.isPinned(pinned)).isTrue();
    assertThat(BlockWord.donor(pinned)).isEqualTo(DONOR);
    assertThat(BlockWord.slot(pinned)).isEqualTo(SLOT);
    assertThat(BlockWord.activity(pinned)).isEqualTo(BlockWord.DISCARDING);
    assertThat(BlockWord.generation(pinned)).isEqualTo(BlockWord.GENERATIONS - 1);
    assertThat(BlockWord.withPinned(pinned, false)).isEqualTo(word);
  }

  @Test
  void staysPinnedThroughAllThatHappensToTheBlock() {
    long word = BlockWord.withPinned(0, true);
    word = BlockWord.withSlot(word, 3, 17);
    word = BlockWord.withActivity(word, BlockWord.FETCHING);
    word = BlockWord.withNextGeneration(BlockWord.withLost(word));
    word = BlockWord.withoutSlot(BlockWord.withActivity(word, BlockWord.NONE));

    assertThat(BlockWord.isPinned(word)).isTrue();
    assertThat(BlockWord.describe(word)).isEqualTo("LOST PINNED NONE no slot generation 1");
  }

  @Test
  void startsGenerationsAgainWithoutTouchingTheSlot() {
    long word = BlockWord.withNextGeneration(BlockWord.withSlot(BlockWord.GENERATIONS - 1, 3, 17));

    assertThat(BlockWord.generation(word)).isZero();
    assertThat(BlockWord.slot(word)).isEqualTo(17);
  }
}
