package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Memories;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProvisionTest {
  private static final long HUGE = Memories.HUGE_PAGE_BYTES;
  private static final long PAGE = 4096;

  private final List<Long> reserved = new ArrayList<>();
  private final List<MemorySegment> populated = new ArrayList<>();
  private final Provision provision = new Provision(4 * HUGE, this::reserve, populated::add);

  /** Not at a multiple of a huge page. */
  private MemorySegment reserve(long bytes) {
    reserved.add(bytes);
    return Arena.ofAuto().allocate(bytes + HUGE, HUGE).asSlice(PAGE, bytes);
  }

  private static MemorySegment fresh(long bytes) {
    return Arena.ofAuto().allocate(bytes);
  }

  @Test
  void isNothingUntilItIsFilled() {
    MemorySegment taken = provision.take(PAGE, ProvisionTest::fresh);

    assertThat(taken.byteSize()).isEqualTo(PAGE);
    assertThat(reserved).isEmpty();
  }

  @Test
  void takesWholeHugePagesAndNoMoreThanIsWanted() {
    provision.fill(2 * HUGE + PAGE);

    assertThat(populated).hasSize(2).allMatch(piece -> piece.address() % HUGE == 0);
    assertThat(populated).allMatch(piece -> piece.byteSize() == HUGE);
  }

  @Test
  void takesTheRestWhenMoreIsWanted() {
    provision.fill(HUGE);
    provision.fill(3 * HUGE);
    provision.fill(2 * HUGE);
    provision.fill(100 * HUGE);

    assertThat(populated).hasSize(4).doesNotHaveDuplicates();
    assertThat(reserved).hasSize(1);
  }

  @Test
  void takesNothingMoreWhenItIsNeeded() {
    provision.fill(HUGE);
    provision.stop();
    provision.fill(4 * HUGE);

    assertThat(populated).hasSize(1);
  }

  @Test
  void givesEveryPieceOnceAndWholePages() {
    provision.fill(2 * HUGE);
    MemorySegment first = provision.take(PAGE + 1, ProvisionTest::fresh);
    MemorySegment second = provision.take(HUGE, ProvisionTest::fresh);

    assertThat(first.address()).isEqualTo(populated.getFirst().address());
    assertThat(first.byteSize()).isEqualTo(PAGE + 1);
    assertThat(second.address()).isEqualTo(first.address() + 2 * PAGE);
  }

  @Test
  void givesOtherMemoryWhereNotAllOfItHasBeenFilled() {
    provision.fill(2 * HUGE);
    MemorySegment first = provision.take(HUGE, ProvisionTest::fresh);
    MemorySegment second = provision.take(HUGE + PAGE, ProvisionTest::fresh);
    MemorySegment third = provision.take(HUGE, ProvisionTest::fresh);

    assertThat(first.address()).isEqualTo(populated.getFirst().address());
    assertThat(second.asOverlappingSlice(first)).isEmpty();
    assertThat(second.byteSize()).isEqualTo(HUGE + PAGE);
    assertThat(third.address()).isEqualTo(first.address() + HUGE);
  }

  @Test
  void reservesNothingWhenItIsNeededBeforeItIsFilled() {
    provision.stop();
    provision.fill(HUGE);

    assertThat(reserved).isEmpty();
    assertThat(provision.take(PAGE, ProvisionTest::fresh).byteSize()).isEqualTo(PAGE);
  }

  @Test
  void lacksWhatIsWantedUntilItHasIt() {
    assertThat(provision.lacks(HUGE)).isTrue();
    provision.fill(HUGE);
    assertThat(provision.lacks(HUGE + PAGE)).isFalse();
    assertThat(provision.lacks(2 * HUGE)).isTrue();
    provision.fill(100 * HUGE);
    assertThat(provision.lacks(100 * HUGE)).as("more than it may have").isFalse();
  }
}
