package io.elasticmemory.tiering.sim;

import static io.elasticmemory.wire.FaultSampleLayout.KIND_AT;
import static io.elasticmemory.wire.FaultSampleLayout.OFFSET_AT;
import static io.elasticmemory.wire.FaultSampleLayout.SAMPLES_BYTES;
import static io.elasticmemory.wire.FaultSampleLayout.WAIT_NANOS_AT;
import static io.elasticmemory.wire.FaultSampleLayout.WANTED_AT;
import static io.elasticmemory.wire.FaultSampleLayout.WRITTEN_AT;
import static io.elasticmemory.wire.FaultSampleLayout.recordAt;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.Tier;
import io.elasticmemory.tiering.pager.SampleWriter;
import io.elasticmemory.wire.FaultKind;
import io.elasticmemory.wire.FaultSampleLayout;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a shard says of faults when somebody wants to know. */
class SampledFaultTest {
  private static final int PAGE_BYTES = 64;
  private static final int BLOCK_BYTES = 8 * PAGE_BYTES;
  private static final int BLOCKS = 64;
  private static final int READS = 5_000;

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final MemorySegment samples = Arena.ofAuto().allocate(SAMPLES_BYTES, 64);
  private final SmallWorld world =
      new SmallWorld(
          Stage.QUIET,
          new Geometry((long) BLOCKS * BLOCK_BYTES, BLOCK_BYTES, PAGE_BYTES),
          PAGE_BYTES,
          (long) BLOCKS * BLOCK_BYTES / 4,
          new DonorShape(
              Tier.SSD, BLOCKS + 64, SmallWorld.MILLI, SmallWorld.MILLI, 64, false, false));

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void saysFromWhereTheBytesCameAndHowLongThatTook() {
    FaultSampleLayout.format(samples);
    world.shard.follow(new SampleWriter(samples, 1, () -> {}));
    samples.set(JAVA_INT, WANTED_AT, 1);
    Map<FaultKind, Long> waits = new EnumMap<>(FaultKind.class);
    for (long at = 0; at < world.geometry.capacityBytes(); at += PAGE_BYTES) {
      assertThat(world.write(at, 1 + at)).isTrue();
      note(waits);
    }
    for (int i = 0; i < READS; i++) {
      long offset = (long) random.nextInt(8 * BLOCKS) * PAGE_BYTES;
      while (!world.touch(offset, false)) {
        world.turns(1);
      }
      note(waits);
    }
    assertThat(waits).as("seed %d", seed).containsKeys(FaultKind.ZERO, FaultKind.SSD);
    assertThat(waits.get(FaultKind.SSD)).isGreaterThanOrEqualTo(SmallWorld.MILLI);
  }

  /** Its answer is that of the first; taken by itself it would wait for the next in this place. */
  @Test
  void takesNoSampleOfAFaultThatIsAnsweredWithAnother() {
    FaultSampleLayout.format(samples);
    world.shard.follow(new SampleWriter(samples, 1, () -> {}));
    samples.set(JAVA_INT, WANTED_AT, 1);
    for (int block = 0; block < BLOCKS / 4; block++) {
      long offset = (long) block * BLOCK_BYTES;
      assertThat(world.touch(offset, false)).isFalse();
      assertThat(world.kernel.access(world.secondThread, offset, false, 1)).isFalse();
      world.turns(25);
      long written = samples.get(JAVA_LONG, WRITTEN_AT);
      if (written > 0) {
        assertThat(FaultKind.of(samples.get(JAVA_INT, recordAt(written) + KIND_AT)))
            .isEqualTo(FaultKind.ZERO);
      }
    }
    assertThat(samples.get(JAVA_LONG, WRITTEN_AT)).isGreaterThan(1);
  }

  /** The sample written last, once it is answered. */
  private void note(Map<FaultKind, Long> waits) {
    long at = recordAt(samples.get(JAVA_LONG, WRITTEN_AT));
    FaultKind kind = FaultKind.of(samples.get(JAVA_INT, at + KIND_AT));
    if (kind != FaultKind.UNKNOWN) {
      waits.put(kind, samples.get(JAVA_LONG, at + WAIT_NANOS_AT));
      assertThat(samples.get(JAVA_LONG, at + OFFSET_AT))
          .isBetween(0L, world.geometry.capacityBytes() - 1);
    }
  }
}
