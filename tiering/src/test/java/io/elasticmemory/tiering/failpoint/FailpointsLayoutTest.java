package io.elasticmemory.tiering.failpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FailpointsLayoutTest {
  private final MemorySegment file = Arena.ofAuto().allocate(FailpointsLayout.BYTES, 8);

  @Test
  void isAsDrawn() {
    FailpointsLayout.format(file);
    FailpointsLayout.set(file, Failpoint.EVICT_READ, -77);

    assertThat(file.asSlice(0, 8).toArray(ValueLayout.JAVA_BYTE))
        .isEqualTo("EMPHOLDS".getBytes(StandardCharsets.US_ASCII));
    assertThat(file.get(ValueLayout.JAVA_INT, 12)).isEqualTo(Failpoint.values().length);
    assertThat(file.get(ValueLayout.JAVA_LONG, 64 + 8)).isEqualTo(-77);
    assertThat(64 + 8L * Failpoint.values().length).isLessThan(FailpointsLayout.BYTES);
    FailpointsLayout.check(file);
  }

  @Test
  void refusesWhatIsNone() {
    assertThatThrownBy(() -> FailpointsLayout.check(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4096 bytes are not a file of the ")
        .hasMessageContaining("failpoints of this build, version 1");
    FailpointsLayout.format(file);
    file.set(ValueLayout.JAVA_INT, 12, 3);
    assertThatThrownBy(() -> FailpointsLayout.check(file))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FailpointsLayout.check(MemorySegment.ofArray(new long[8])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64 bytes");
  }
}
