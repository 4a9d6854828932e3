package io.elasticmemory.tiering.pager;

import static io.elasticmemory.wire.UnmapQueueLayout.ASKED_AT;
import static io.elasticmemory.wire.UnmapQueueLayout.BYTES_AT;
import static io.elasticmemory.wire.UnmapQueueLayout.DONE_AT;
import static io.elasticmemory.wire.UnmapQueueLayout.ENTRIES;
import static io.elasticmemory.wire.UnmapQueueLayout.OFFSET_AT;
import static io.elasticmemory.wire.UnmapQueueLayout.QUEUE_BYTES;
import static io.elasticmemory.wire.UnmapQueueLayout.entryAt;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class UnmapWriterTest {
  private final MemorySegment queue = Arena.ofAuto().allocate(QUEUE_BYTES, 64);
  private int rings;
  private final UnmapWriter unmaps = new UnmapWriter(queue, () -> rings++);

  @Test
  void fillsEntriesInOrderAndRingsOnlyWhenToldTo() {
    assertThat(unmaps.ask(4096, 8192)).isTrue();
    assertThat(unmaps.ask(0, 4096)).isTrue();
    assertThat(queue.get(JAVA_LONG, ASKED_AT)).isEqualTo(2);
    assertThat(queue.get(JAVA_LONG, entryAt(0) + OFFSET_AT)).isEqualTo(4096);
    assertThat(queue.get(JAVA_LONG, entryAt(0) + BYTES_AT)).isEqualTo(8192);
    assertThat(queue.get(JAVA_LONG, entryAt(1) + OFFSET_AT)).isZero();
    assertThat(rings).isZero();
    unmaps.announce();
    assertThat(rings).isEqualTo(1);
  }

  @Test
  void forgetsWhatDoesNotFit() {
    assertThat(Unmaps.UNDER_WAY_MAX).isEqualTo(ENTRIES);
    for (int i = 0; i < ENTRIES; i++) {
      assertThat(unmaps.ask(i * 4096L, 4096)).isTrue();
    }
    assertThat(unmaps.ask(0, 4096)).isFalse();
    queue.set(JAVA_LONG, DONE_AT, 1L);
    assertThat(unmaps.ask(0, 4096)).isTrue();
    assertThat(unmaps.ask(0, 4096)).isFalse();
  }

  @Test
  void believesNoMoreDoneThanWasAskedFor() {
    assertThat(unmaps.ask(0, 4096)).isTrue();
    queue.set(JAVA_LONG, DONE_AT, 5L);
    assertThat(unmaps.done()).isEqualTo(1);
    queue.set(JAVA_LONG, DONE_AT, -5L);
    assertThat(unmaps.done()).isZero();
  }

  @Test
  void countsFromWhereAnEarlierPagerStopped() {
    assertThat(unmaps.ask(0, 4096)).isTrue();
    queue.set(JAVA_LONG, DONE_AT, 0L);
    UnmapWriter next = new UnmapWriter(queue, () -> rings++);
    assertThat(next.ask(8192, 4096)).isTrue();
    assertThat(queue.get(JAVA_LONG, entryAt(1) + OFFSET_AT)).isEqualTo(8192);
    queue.set(JAVA_LONG, DONE_AT, 1L);
    assertThat(next.done()).as("the earlier one's wish").isZero();
    queue.set(JAVA_LONG, DONE_AT, 2L);
    assertThat(next.done()).isEqualTo(1);
  }

  @Test
  void knowsWhetherAnEarlierPagersWishesMayStillBeFulfilled() {
    assertThat(unmaps.ask(0, 4096)).isTrue();
    assertThat(unmaps.hasInherited()).isFalse();
    UnmapWriter next = new UnmapWriter(queue, () -> rings++);
    assertThat(next.ask(8192, 4096)).isTrue();
    assertThat(next.hasInherited()).isTrue();
    queue.set(JAVA_LONG, DONE_AT, 1L);
    assertThat(next.hasInherited()).isFalse();
  }
}
