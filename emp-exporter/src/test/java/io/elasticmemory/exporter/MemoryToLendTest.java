package io.elasticmemory.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.MemoryLimits;
import org.junit.jupiter.api.Test;

class MemoryToLendTest {
  private static final long MIB = 1 << 20;

  private static MemoryLimits limits(long availableMib, long cgroupMib, long usedMib) {
    long cgroup = cgroupMib < 0 ? Long.MAX_VALUE : cgroupMib * MIB;
    return new MemoryLimits(1L << 40, availableMib * MIB, cgroup, usedMib * MIB);
  }

  private static long lent(Long mib, MemoryLimits limits) {
    return MemoryToLend.of(mib, limits).bytes() / MIB;
  }

  @Test
  void takesHalfOfWhatIsAvailableUpTo32GiB() {
    assertThat(lent(null, limits(4096, -1, 0))).isEqualTo(2048);
    assertThat(lent(null, limits(1_000_000, -1, 0))).isEqualTo(32_768);
    assertThat(lent(null, limits(1_000_000, 2048, 1024))).isEqualTo(512);
    assertThat(lent(null, limits(1000, -1, 0))).isEqualTo(448);
  }

  @Test
  void lendsWholeSlabs() {
    assertThat(lent(64L, limits(4096, -1, 0))).isEqualTo(64);
    assertThat(lent(200L, limits(4096, -1, 0))).isEqualTo(192);
  }

  @Test
  void refusesMoreThanIsAvailableWithBothNumbers() {
    assertThat(lent(4096L, limits(4096, -1, 0))).isEqualTo(4096);
    assertThatThrownBy(() -> MemoryToLend.of(4097L, limits(4096, -1, 0)))
        .isInstanceOf(EmpException.class)
        .hasMessage(
            "-m 4097 asks for 4097 MiB, but only 4096 MiB are available here: give at most -m"
                + " 4096");
    assertThatThrownBy(() -> MemoryToLend.of(1025L, limits(4096, 2048, 1024)))
        .hasMessageContaining("only 1024 MiB");
    assertThatThrownBy(() -> MemoryToLend.of(Long.MAX_VALUE, limits(4096, -1, 0)))
        .hasMessageContaining("only 4096 MiB");
  }

  @Test
  void refusesLessThanASlab() {
    for (long mib : new long[] {63, 0, -1, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> MemoryToLend.of(mib, limits(4096, -1, 0)))
          .isInstanceOf(EmpException.class)
          .hasMessageContaining("give at least -m 64");
    }
    assertThatThrownBy(() -> MemoryToLend.of(null, limits(100, -1, 0)))
        .hasMessageContaining("half of the 100 MiB");
    assertThatThrownBy(() -> MemoryToLend.of(null, limits(4096, 10, 20)))
        .hasMessageContaining("half of the 0 MiB");
  }
}
