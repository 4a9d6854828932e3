package io.elasticmemory.samples.prove;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.prove.agent.AgentItems;
import io.elasticmemory.samples.prove.agent.AgentScale;
import io.elasticmemory.samples.workload.Seeds;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a program with the agent must show, at the smallest size. Of 1 and 4, {@code AppsIT} has a
 * part.
 */
@Timeout(600)
class ProveAgentIT {
  private static final long SEED = Seeds.choose("ProveAgentIT");

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 6, 7})
  void shows(int item) throws IOException {
    StringWriter shown = new StringWriter();
    Proof proof =
        new Proof(
            "agent",
            AgentItems.of(AgentScale.SMALL),
            Scale.SMALL,
            SEED,
            new PrintWriter(shown, true));
    boolean good = proof.run(List.of(item));
    System.out.println(shown);
    assertThat(good).as(shown.toString()).isTrue();
  }
}
