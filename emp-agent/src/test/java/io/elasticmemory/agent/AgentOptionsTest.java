package io.elasticmemory.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.elasticmemory.MemPath;
import java.util.List;
import java.util.Map;
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

  @ParameterizedTest
  @ValueSource(strings = {"usermode=true,path=dram:8|/a:64:0", "path=dram:8?usermode=true|/a:64:0"})
  void acceptsUserModeFaultsByItselfOrByThePath(String text) {
    assertThat(AgentOptions.parse(text).memPath(Map.of()))
        .isEqualTo(MemPath.parse("dram:8?usermode=true|/a:64:0"));
  }

  @Test
  void changesNothingElseInThePathOfTheEnvironment() {
    Map<String, String> environment = Map.of("EMP_PMEM_PATH", "dram:8?block=16k|/a:64:0");

    assertThat(AgentOptions.parse("usermode=true").memPath(environment))
        .isEqualTo(MemPath.parse("dram:8?block=16k&usermode=true|/a:64:0"));
    assertThat(AgentOptions.parse("usermode=false").memPath(environment))
        .isEqualTo(MemPath.parse("dram:8?block=16k|/a:64:0"));
  }

  @Test
  void readsClassesAndPackages() {
    AgentOptions options = AgentOptions.parse("include=org.acme.Table:org.acme.io.*,exclude=a.B");

    assertThat(options.callers())
        .isEqualTo(new Callers(List.of("org.acme.Table", "org.acme.io.*"), List.of("a.B")));
  }

  @ParameterizedTest
  @CsvSource({
    "1,1",
    "4096,4096",
    "64k,65536",
    "1M,1048576",
    "2g,2147483648",
    "8589934591g,9223372035781033984"
  })
  void readsSizes(String text, long bytes) {
    assertThat(AgentOptions.parse("min=" + text).minBytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "k", "1t", "1mb", "99999999999g", "8589934592g", "1.5m"})
  void refusesWhatIsNoSize(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AgentOptions.parse("min=" + text))
        .withMessageContaining("min=" + text)
        .withMessageContaining("min=64k");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "size=8",
        "strict=maybe",
        "usermode=1",
        "strict",
        "include=",
        "exclude=a b",
        ",min=1"
      })
  void refusesWhatItDoesNotKnow(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> AgentOptions.parse(text));
  }
}
