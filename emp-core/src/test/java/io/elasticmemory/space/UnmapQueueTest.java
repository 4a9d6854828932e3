package io.elasticmemory.space;

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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnmapQueueTest {
  private final MemorySegment memory = Arena.ofAuto().allocate(QUEUE_BYTES, 64);
  private final List<Long> unmapped = new ArrayList<>();
  private boolean refusing;
  private final UnmapQueue queue =
      new UnmapQueue(
          memory,
          new Fakes.Memory(2 << 20) {
            @Override
            public void unmap(long offset, long bytes) {
              if (refusing || bytes <= 0) {
                throw new IllegalArgumentException("no range: " + offset + "+" + bytes);
              }
              unmapped.add(offset);
            }
          });

  private void ask(long number, long offset, long bytes) {
    memory.set(JAVA_LONG, entryAt(number) + OFFSET_AT, offset);
    memory.set(JAVA_LONG, entryAt(number) + BYTES_AT, bytes);
    memory.set(JAVA_LONG, ASKED_AT, number + 1);
  }

  private long done() {
    return memory.get(JAVA_LONG, DONE_AT);
  }

  @Test
  void unmapsWhatIsAskedForInOrderAndOnce() {
    ask(0, 8192, 4096);
    ask(1, 4096, 4096);
    queue.serve(() -> false);
    queue.serve(() -> false);
    assertThat(unmapped).containsExactly(8192L, 4096L);
    assertThat(done()).isEqualTo(2);
    for (long i = 2; i < 3L * ENTRIES; i++) {
      ask(i, i % 512 * 4096, 4096);
      queue.serve(() -> false);
    }
    assertThat(unmapped).hasSize(3 * ENTRIES);
    assertThat(done()).isEqualTo(3 * ENTRIES);
  }

  @Test
  void doesNothingMoreOnceItIsToStop() {
    ask(0, 4096, 4096);
    ask(1, 8192, 4096);
    queue.serve(() -> unmapped.size() == 1);
    assertThat(unmapped).containsExactly(4096L);
    assertThat(done()).isEqualTo(1);
    queue.serve(() -> true);
    assertThat(unmapped).hasSize(1);
  }

  @Test
  void givesUpForGoodWhenOneIsRefused() {
    ask(0, 4096, 4096);
    ask(1, 8192, 0);
    ask(2, 12288, 4096);
    queue.serve(() -> false);
    assertThat(unmapped).containsExactly(4096L);
    assertThat(done()).as("the refused one does not count as done").isEqualTo(1);
    refusing = false;
    queue.serve(() -> false);
    assertThat(unmapped).hasSize(1);
  }

  /** What it has done is its own: the pager could write there, too. */
  @Test
  void believesNoOtherCountOfWhatIsDone() {
    ask(0, 4096, 4096);
    memory.set(JAVA_LONG, DONE_AT, Long.MIN_VALUE);
    int[] looks = new int[1];
    queue.serve(() -> ++looks[0] > ENTRIES);
    assertThat(looks[0]).isEqualTo(1);
    assertThat(unmapped).containsExactly(4096L);
    assertThat(done()).isEqualTo(1);
  }

  @Test
  void unmapsNothingBesideTheSpace() {
    ask(0, (2 << 20) - 4096, 8192);
    queue.serve(() -> false);
    assertThat(unmapped).isEmpty();
    assertThat(done()).isZero();
  }

  @Test
  void doesNotHearAPagerThatAsksForMoreThanThereIsRoomFor() {
    memory.set(JAVA_LONG, ASKED_AT, ENTRIES + 1L);
    queue.serve(() -> false);
    memory.set(JAVA_LONG, ASKED_AT, -1L);
    queue.serve(() -> false);
    assertThat(unmapped).isEmpty();
    assertThat(done()).isZero();
  }
}
