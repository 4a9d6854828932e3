package io.elasticmemory.tiering.pager;

import static io.elasticmemory.wire.FaultSampleLayout.KIND_AT;
import static io.elasticmemory.wire.FaultSampleLayout.NUMBER_AT;
import static io.elasticmemory.wire.FaultSampleLayout.OFFSET_AT;
import static io.elasticmemory.wire.FaultSampleLayout.SAMPLES_BYTES;
import static io.elasticmemory.wire.FaultSampleLayout.THREAD_AT;
import static io.elasticmemory.wire.FaultSampleLayout.WAIT_NANOS_AT;
import static io.elasticmemory.wire.FaultSampleLayout.WANTED_AT;
import static io.elasticmemory.wire.FaultSampleLayout.WRITTEN_AT;
import static io.elasticmemory.wire.FaultSampleLayout.recordAt;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.wire.FaultKind;
import io.elasticmemory.wire.FaultSampleLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultSamplingTest {
  private static final long MILLI = 1_000_000;
  private static final long TICK_NANOS = 50 * MILLI;

  private final MemorySegment samples = Arena.ofAuto().allocate(SAMPLES_BYTES, 64);
  private final FaultSampling sampling = new FaultSampling();
  private int rings;

  @BeforeEach
  void follow() {
    FaultSampleLayout.format(samples);
    sampling.follow(new SampleWriter(samples, 1, () -> rings++));
  }

  private long written() {
    return samples.get(JAVA_LONG, WRITTEN_AT);
  }

  /** A fault as the shard serves it. */
  private void fault(long offset, int thread, long now) {
    sampling.read(1);
    if (sampling.isDue()) {
      sampling.begun(offset, thread, now);
    }
    if (sampling.isAwaited()) {
      sampling.answered(FaultKind.MINOR, offset & -4096, 4096, now + 7);
    }
    sampling.look(now);
  }

  @Test
  void writesNothingUntilItIsWanted() {
    for (int i = 0; i < 1000; i++) {
      fault(i * 4096L, 1, i * MILLI);
    }
    assertThat(written()).isZero();
    assertThat(rings).isZero();
  }

  @Test
  void writesWhoWhereAndHowItWasAnswered() {
    samples.set(JAVA_INT, WANTED_AT, 1);
    fault(0, 1, 0);
    fault(8200, 42, MILLI);
    long at = recordAt(1);
    assertThat(written()).isEqualTo(1);
    assertThat(rings).isEqualTo(1);
    assertThat(samples.get(JAVA_LONG, at + NUMBER_AT)).isEqualTo(1);
    assertThat(samples.get(JAVA_LONG, at + OFFSET_AT)).isEqualTo(8200);
    assertThat(samples.get(JAVA_INT, at + THREAD_AT)).isEqualTo(42);
    assertThat(samples.get(JAVA_INT, at + KIND_AT)).isEqualTo(FaultKind.MINOR.ordinal());
    assertThat(samples.get(JAVA_LONG, at + WAIT_NANOS_AT)).isEqualTo(7);
  }

  @Test
  void writesNoMoreThanTwentyASecond() {
    samples.set(JAVA_INT, WANTED_AT, 1);
    for (int i = 0; i < 100_000; i++) {
      fault(i * 4096L, 1, i * MILLI / 10);
    }
    assertThat(written()).isBetween(190L, 201L);
    samples.set(JAVA_INT, WANTED_AT, 0);
    long before = written();
    for (int i = 100_000; i < 110_000; i++) {
      fault(i * 4096L, 1, i * MILLI / 10);
    }
    assertThat(written()).isLessThanOrEqualTo(before + 1);
  }

  @Test
  void sharesTheTwentyAmongShards() {
    assertThat(new SampleWriter(samples, 4, () -> {}).tickNanos()).isEqualTo(4 * TICK_NANOS);
  }

  @Test
  void seesBothOfTwoLinesThatAlwaysFollowEachOther() {
    samples.set(JAVA_INT, WANTED_AT, 1);
    Set<Integer> threads = new HashSet<>();
    long now = 0;
    for (int i = 0; i < 20_000; i++) {
      // One fault takes a hundred times as long as the other: at most ticks it is on its way.
      now += i % 2 == 0 ? MILLI / 100 : MILLI;
      fault(i * 4096L, i % 2, now);
      threads.add(samples.get(JAVA_INT, recordAt(written()) + THREAD_AT));
    }
    assertThat(threads).contains(0, 1);
  }

  @Test
  void anAnswerToOthersIsNone() {
    samples.set(JAVA_INT, WANTED_AT, 1);
    sampling.look(0);
    sampling.begun(8192, 1, 0);
    sampling.answered(FaultKind.SSD, 4096, 4096, 5);
    sampling.answered(FaultKind.SSD, 12288, 4096, 5);
    assertThat(samples.get(JAVA_INT, recordAt(1) + KIND_AT)).isZero();
    sampling.answered(FaultKind.SSD, 4096, 8192, 9);
    assertThat(samples.get(JAVA_INT, recordAt(1) + KIND_AT)).isEqualTo(FaultKind.SSD.ordinal());
    assertThat(sampling.isAwaited()).isFalse();
  }

  @Test
  void goesOnWhereAnEarlierPagerStopped() {
    samples.set(JAVA_LONG, WRITTEN_AT, 10L);
    SampleWriter next = new SampleWriter(samples, 1, () -> {});
    next.begun(4096, 3);
    assertThat(written()).isEqualTo(11);
    assertThat(samples.get(JAVA_LONG, recordAt(11) + NUMBER_AT)).isEqualTo(11);
  }

  @Test
  void refusesWhatIsNotFormatted() {
    MemorySegment other = Arena.ofAuto().allocate(SAMPLES_BYTES, 64);
    assertThatThrownBy(() -> new SampleWriter(other, 1, () -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
