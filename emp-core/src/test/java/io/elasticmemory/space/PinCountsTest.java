package io.elasticmemory.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PinCountsTest {
  private final PinCounts counts = new PinCounts();

  private static SpaceRange range(long offset, long bytes) {
    return new SpaceRange(offset, bytes);
  }

  @Test
  void whatOverlapsIsFreeWhenTheLastHasLetGo() {
    counts.add(range(10, 10));
    counts.add(range(15, 10));
    assertThat(counts.pinnedBytes()).isEqualTo(15);
    assertThat(counts.freeBytes(range(0, 30))).isEqualTo(15);

    assertThat(counts.remove(range(10, 10))).containsExactly(range(10, 5));
    assertThat(counts.pinnedBytes()).isEqualTo(10);
    assertThat(counts.remove(range(15, 10))).allMatch(free -> free.offset() >= 15);
    assertThat(counts.pinnedBytes()).isZero();
  }

  @Test
  void refusesToLetGoOfWhatIsNotPinned() {
    counts.add(range(10, 10));
    assertThatIllegalStateException()
        .isThrownBy(() -> counts.remove(range(15, 10)))
        .withMessageContaining("5 of the 10 bytes at offset 15 are not pinned");
    assertThat(counts.pinnedBytes()).isEqualTo(10);
  }

  @Test
  void agreesWithAnArrayOfCounts() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int[] expected = new int[64];
    List<SpaceRange> pinned = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      if (pinned.isEmpty() || pinned.size() < 12 && random.nextBoolean()) {
        int offset = random.nextInt(expected.length);
        SpaceRange added = range(offset, 1 + random.nextInt(expected.length - offset));
        pinned.add(added);
        counts.add(added);
        change(expected, added, 1);
      } else {
        SpaceRange removed = pinned.remove(random.nextInt(pinned.size()));
        int[] before = expected.clone();
        change(expected, removed, -1);
        assertThat(sum(counts.remove(removed)))
            .as("seed %d", seed)
            .isEqualTo(pinnedIn(before) - pinnedIn(expected));
      }
      assertThat(counts.pinnedBytes()).as("seed %d", seed).isEqualTo(pinnedIn(expected));
      assertThat(counts.freeBytes(range(0, expected.length)))
          .as("seed %d", seed)
          .isEqualTo(expected.length - pinnedIn(expected));
    }
  }

  private static void change(int[] expected, SpaceRange range, int by) {
    for (int at = (int) range.offset(); at < range.end(); at++) {
      expected[at] += by;
    }
  }

  private static long pinnedIn(int[] expected) {
    return java.util.Arrays.stream(expected).filter(count -> count > 0).count();
  }

  private static long sum(List<SpaceRange> ranges) {
    return ranges.stream().mapToLong(SpaceRange::bytes).sum();
  }
}
