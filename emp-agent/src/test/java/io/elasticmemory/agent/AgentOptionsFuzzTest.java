package io.elasticmemory.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.elasticmemory.EmpException;
import io.elasticmemory.testing.Mutations;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever follows the agent's name: options, or a refusal that says what is wrong. */
class AgentOptionsFuzzTest {
  private static final int TRIES = 20_000;

  @Test
  void readsOptionsOrSaysWhatIsWrong() {
    List<byte[]> samples =
        List.of(
            "min=64k,include=org.acme.Table:org.acme.io.*,strict=true,path=dram:64".getBytes(UTF_8),
            "path='dram:64|./spill:64:0',usermode=true,exclude=a.B,verbose=false".getBytes(UTF_8));
    new Mutations("AgentOptionsFuzzTest").tryOn(samples, TRIES, this::options);
  }

  @FuzzTest
  void options(byte[] data) {
    try {
      AgentOptions options = AgentOptions.parse(new String(data, UTF_8));
      assertThat(options.minBytes()).isPositive();
      assertThat(options.memPath(Map.of()).entries()).isNotEmpty();
    } catch (EmpException e) {
      assertThat(e.kind()).isEqualTo(EmpException.Kind.PATH);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
