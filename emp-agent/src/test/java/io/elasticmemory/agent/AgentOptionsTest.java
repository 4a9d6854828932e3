package io.elasticmemory.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentOptionsTest {
  @Test
  void takesTheEnvironmentsPathUnlessToldOtherwise() {
    AgentOptions options = AgentOptions.parse("");

    assertThat(options.path()).isEmpty();
    assertThat(options.minBytes()).isEqualTo(1 << 20);
    assertThat(options.strict()).isFalse();
  }

  @Test
  void takesAllThatFollowsAsThePath() {
    assertThat(AgentOptions.parse("min=64k,path=dram:8|/a,b:64:0").path())
        .isEqualTo("dram:8|/a,b:64:0");
  }

  @Test
  void readsOnAfterAPathInQuotes() {
    AgentOptions options = AgentOptions.parse("path='dram:8|/a,b:64:0',strict=true,min=2m");

    assertThat(options.path()).isEqualTo("'dram:8|/a,b:64:0'");
    assertThat(options.strict()).isTrue();
    assertThat(options.minBytes()).isEqualTo(2 << 20);
  }

  @Test
  void readsClassesAndPackages() {
    AgentOptions options = AgentOptions.parse("include=org.acme.Table:org.acme.io.*,exclude=a.B");

    assertThat(options.callers())
        .isEqualTo(new Callers(List.of("org.acme.Table", "org.acme.io.*"), List.of("a.B")));
  }

  @ParameterizedTest
  @CsvSource({"1,1", "4096,4096", "64k,65536", "1M,1048576", "2g,2147483648"})
  void readsSizes(String text, long bytes) {
    assertThat(AgentOptions.parse("min=" + text).minBytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "k", "1t", "1mb", "99999999999g", "1.5m"})
  void refusesWhatIsNoSize(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AgentOptions.parse("min=" + text))
        .withMessageContaining("min=" + text)
        .withMessageContaining("min=64k");
  }

  @ParameterizedTest
  @ValueSource(strings = {"size=8", "strict=maybe", "strict", "include=", "exclude=a b", ",min=1"})
  void refusesWhatItDoesNotKnow(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> AgentOptions.parse(text));
  }
}
