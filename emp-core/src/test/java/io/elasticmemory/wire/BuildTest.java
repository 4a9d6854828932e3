package io.elasticmemory.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.elasticmemory.EmpVersion;
import io.elasticmemory.counters.CountersLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuildTest {
  @Test
  void isReadFromItsOwnText() {
    Build build = Build.current();

    assertThat(Build.parse(build.text())).isEqualTo(build);
    assertThat(build.version()).isEqualTo(EmpVersion.current());
    assertThat(build.layouts())
        .containsEntry("hand-over", HandOverLayout.VERSION)
        .containsEntry("block-table", BlockTableLayout.VERSION)
        .containsEntry("protocol", MessageLayout.VERSION);
  }

  @Test
  void fitsIntoThePageOfCounters() {
    assertThat(Build.current().text().length()).isLessThan(CountersLayout.BUILD_BYTES / 2);
  }

  @Test
  void ofAnotherVersionWithTheSameLayoutsDiffersInNothingThatCounts() {
    assertThat(Build.parse("1 table=7 ring=5").differences(Build.parse("2 ring=5 table=7")))
        .isEmpty();
  }

  @Test
  void saysWhatDiffers() {
    assertThat(
            Build.parse("1 table=7 ring=5 old=1")
                .differences(Build.parse("2 ring=6 table=7 new=3")))
        .containsExactly("ring 6 instead of 5", "no old", "new 3 instead of none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "1", "1 table", "1 =7", "1 table=", "1 table=x", "usage: java"})
  void isNoneWithoutVersions(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Build.parse(text));
  }
}
