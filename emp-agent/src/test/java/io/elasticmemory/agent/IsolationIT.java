package io.elasticmemory.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.agent.AgentJvm.Said;
import io.elasticmemory.agent.program.Unaware;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** What a program sees of the agent: next to nothing. */
class IsolationIT {
  @Test
  void showsTheProgramNothingOfWhatItCarries() throws Exception {
    Said said = new AgentJvm().agentOptions("path=dram:64").run(Unaware.class);

    assertThat(said).isEqualTo(new Said(0, "nothing of EMP is to be seen", ""));
  }

  @Test
  void bringsTheLicencesOfWhatItCarries() throws Exception {
    try (JarFile jar = new JarFile(AgentJvm.jar())) {
      assertThat(jar.getEntry("META-INF/LICENSE")).isNotNull();
      assertThat(jar.getEntry("META-INF/NOTICE")).isNotNull();
      assertThat(jar.getEntry("META-INF/LICENSE-slf4j.txt")).isNotNull();
    }
  }
}
