package io.elasticmemory.samples.prove.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KillSettingTest {
  @ParameterizedTest
  @ValueSource(ints = {10_000, 300, 24, 9})
  void everyKillIsDoneInASetting(int kills) {
    assertThat(
            Arrays.stream(KillPart.values())
                .map(KillPart::setting)
                .filter(Objects::nonNull)
                .mapToInt(setting -> setting.killsOf(kills)))
        .allMatch(part -> part > 0)
        .satisfies(parts -> assertThat(parts.stream().mapToInt(i -> i).sum()).isEqualTo(kills));
  }

  @Test
  void anEighthIsDoneWithAStandby() {
    assertThat(KillSetting.DENSE_STANDBY.killsOf(10_000)).isEqualTo(1_250);
    assertThat(KillSetting.SPARSE_STANDBY.killsOf(10_000)).isEqualTo(1_250);
    assertThat(KillSetting.SPARSE.killsOf(10_000)).isEqualTo(3_750);
  }
}
