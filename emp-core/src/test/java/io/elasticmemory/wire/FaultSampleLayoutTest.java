package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.Tier;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FaultSampleLayoutTest {
  private final MemorySegment samples =
      Arena.ofAuto().allocate(FaultSampleLayout.SAMPLES_BYTES, 64);

  @Test
  void hasTheSizeThatIsDrawn() {
    assertThat(FaultSampleLayout.SAMPLES_BYTES).isEqualTo(4096 + 64 * 64);
    assertThat(FaultSampleLayout.recordAt(1)).isEqualTo(4096 + 64);
    assertThat(FaultSampleLayout.recordAt(63) + FaultSampleLayout.RECORD_BYTES)
        .isEqualTo(FaultSampleLayout.SAMPLES_BYTES);
    assertThat(FaultSampleLayout.recordAt(64)).isEqualTo(FaultSampleLayout.recordAt(0));
    assertThat(FaultSampleLayout.KIND_AT).isEqualTo(20);
    assertThat(FaultSampleLayout.WAIT_NANOS_AT + Long.BYTES)
        .isLessThanOrEqualTo(FaultSampleLayout.RECORD_BYTES);
  }

  @Test
  void liesWhereItIsDrawn() {
    assertThat(CommandRingLayout.SAMPLES_AT).isEqualTo(53248);
    byte[] name =
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(FaultSampleLayout.MAGIC)
            .array();
    assertThat(new String(name, StandardCharsets.US_ASCII)).isEqualTo("EMPSAMPL");
  }

  @Test
  void acceptsWhatItHasFormattedAndNothingElse() {
    assertThatThrownBy(() -> FaultSampleLayout.check(samples)).hasMessageContaining("no samples");
    FaultSampleLayout.format(samples);
    FaultSampleLayout.check(samples);
    samples.set(JAVA_INT, FaultSampleLayout.VERSION_AT, 7);
    assertThatThrownBy(() -> FaultSampleLayout.check(samples)).hasMessageContaining("version 7");
    FaultSampleLayout.format(samples);
    samples.set(JAVA_INT, FaultSampleLayout.RECORDS_AT, 128);
    assertThatThrownBy(() -> FaultSampleLayout.check(samples)).hasMessageContaining("128");
  }

  @Test
  void numbersOfKindsAreThoseThatAreDrawn() {
    assertThat(FaultKind.values())
        .extracting(FaultKind::text)
        .containsExactly(
            "unknown", "zero", "minor", "protected", "stale", "compressed", "remote", "ssd");
    assertThat(FaultKind.of(-1)).isEqualTo(FaultKind.UNKNOWN);
    assertThat(FaultKind.of(8)).isEqualTo(FaultKind.UNKNOWN);
    assertThat(FaultKind.from(Tier.SSD)).isEqualTo(FaultKind.of(7));
    assertThat(FaultKind.from(Tier.REMOTE)).isEqualTo(FaultKind.of(6));
  }
}
