package io.elasticmemory.ffm.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelTest {
  @ParameterizedTest
  @ValueSource(strings = {"6.6", "6.6.0", "6.8.0-45-generic", "6.18.44-fc", "7.0-rc1", "10.1"})
  void acceptsTheFloorAndWhatIsNewer(String release) {
    assertThat(Kernel.isNewEnough(release)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.5.13", "5.15.0-119-generic", "4.18", "", "unknown", "6", "x6.8"})
  void refusesWhatIsOlderOrUnknown(String release) {
    assertThat(Kernel.isNewEnough(release)).isFalse();
  }

  @Test
  void knowsThisKernel() {
    assertThat(Kernel.release()).isEqualTo(System.getProperty("os.version"));
  }
}
