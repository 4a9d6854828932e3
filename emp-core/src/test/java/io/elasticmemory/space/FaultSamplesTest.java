package io.elasticmemory.space;

import static io.elasticmemory.wire.FaultSampleLayout.KIND_AT;
import static io.elasticmemory.wire.FaultSampleLayout.NUMBER_AT;
import static io.elasticmemory.wire.FaultSampleLayout.OFFSET_AT;
import static io.elasticmemory.wire.FaultSampleLayout.RECORDS;
import static io.elasticmemory.wire.FaultSampleLayout.SAMPLES_BYTES;
import static io.elasticmemory.wire.FaultSampleLayout.THREAD_AT;
import static io.elasticmemory.wire.FaultSampleLayout.WAIT_NANOS_AT;
import static io.elasticmemory.wire.FaultSampleLayout.WANTED_AT;
import static io.elasticmemory.wire.FaultSampleLayout.WRITTEN_AT;
import static io.elasticmemory.wire.FaultSampleLayout.recordAt;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.space.FaultSamples.Answer;
import io.elasticmemory.space.FaultSamples.Sample;
import io.elasticmemory.wire.FaultKind;
import io.elasticmemory.wire.FaultSampleLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FaultSamplesTest {
  private final MemorySegment first = Arena.ofAuto().allocate(SAMPLES_BYTES, 64);
  private final MemorySegment second = Arena.ofAuto().allocate(SAMPLES_BYTES, 64);
  private final FaultSamples samples = new FaultSamples(List.of(first, second));

  private static void write(MemorySegment into, long number, int thread) {
    long at = recordAt(number);
    into.set(JAVA_LONG, at + OFFSET_AT, number * 4096);
    into.set(JAVA_INT, at + THREAD_AT, thread);
    into.set(JAVA_INT, at + KIND_AT, 0);
    into.set(JAVA_LONG, at + NUMBER_AT, number);
    into.set(JAVA_LONG, WRITTEN_AT, number);
  }

  private List<Sample> poll() {
    List<Sample> polled = new ArrayList<>();
    samples.poll(polled::add);
    return polled;
  }

  @Test
  void areOffUntilSomebodyWantsThem() {
    FaultSampleLayout.check(first);
    assertThat(first.get(JAVA_INT, WANTED_AT)).isZero();
    samples.want(true);
    assertThat(first.get(JAVA_INT, WANTED_AT)).isEqualTo(1);
    assertThat(second.get(JAVA_INT, WANTED_AT)).isEqualTo(1);
    samples.want(false);
    assertThat(second.get(JAVA_INT, WANTED_AT)).isZero();
  }

  @Test
  void givesEachOnceWithWhatBecomesOfIt() {
    write(first, 1, 11);
    write(second, 1, 22);
    List<Sample> polled = poll();
    assertThat(polled).containsExactly(new Sample(0, 1, 4096, 11), new Sample(1, 1, 4096, 22));
    assertThat(poll()).isEmpty();
    assertThat(samples.answer(polled.getFirst()).kind()).isEqualTo(FaultKind.UNKNOWN);
    first.set(JAVA_LONG, recordAt(1) + WAIT_NANOS_AT, 5000L);
    first.set(JAVA_INT, recordAt(1) + KIND_AT, FaultKind.SSD.ordinal());
    assertThat(samples.answer(polled.getFirst())).isEqualTo(new Answer(FaultKind.SSD, 5000));
  }

  @Test
  void countsWhatWasOverwrittenBeforeItWasRead() {
    for (int number = 1; number <= RECORDS + 3; number++) {
      write(first, number, number);
    }
    List<Sample> polled = poll();
    assertThat(polled).hasSize(RECORDS);
    assertThat(polled.getFirst().number()).isEqualTo(4);
    assertThat(samples.lost()).isEqualTo(3);
    assertThat(samples.answer(new Sample(0, 1, 4096, 1)).kind()).isEqualTo(FaultKind.UNKNOWN);
  }

  @Test
  void passesOverARecordThatIsBeingWritten() {
    write(first, 1, 11);
    first.set(JAVA_LONG, recordAt(1) + NUMBER_AT, 0L);
    assertThat(poll()).isEmpty();
    assertThat(samples.lost()).isEqualTo(1);
  }

  @Test
  void believesNoCountThatGoesBack() {
    write(first, 5, 11);
    samples.skip();
    first.set(JAVA_LONG, WRITTEN_AT, -3L);
    assertThat(poll()).isEmpty();
    write(first, 6, 12);
    assertThat(poll()).extracting(Sample::number).contains(6L);
  }

  /** Or its thread would look again and again, and take records for samples that are none. */
  @Test
  void believesNoCountBelowZero() {
    first.set(JAVA_LONG, WRITTEN_AT, -1L);
    samples.skip();
    first.set(JAVA_LONG, WRITTEN_AT, 0L);
    assertThat(poll()).isEmpty();
    first.set(JAVA_LONG, WRITTEN_AT, -3L);
    long begun = System.nanoTime();
    samples.await(TimeUnit.MILLISECONDS.toNanos(50));
    // It may also end for no reason, but not as soon as it has looked, time after time.
    for (int i = 0; i < 3 && System.nanoTime() - begun < 1_000_000; i++) {
      samples.await(TimeUnit.MILLISECONDS.toNanos(50));
    }
    assertThat(System.nanoTime() - begun).isGreaterThan(1_000_000);
  }

  @Test
  void doesNotWaitForWhatIsThere() {
    write(first, 1, 11);
    long begun = System.nanoTime();
    samples.await(TimeUnit.SECONDS.toNanos(60));
    assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(30));
  }

  @Test
  void waitsUntilThePagerRings() throws Exception {
    Thread waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (poll().isEmpty()) {
                    samples.await(TimeUnit.SECONDS.toNanos(60));
                  }
                });
    while (waiting.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    write(second, 1, 22);
    samples.announced();
    assertThat(waiting.join(Duration.ofSeconds(30))).isTrue();
  }
}
