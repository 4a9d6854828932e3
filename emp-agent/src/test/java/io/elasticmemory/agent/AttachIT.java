package io.elasticmemory.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.tools.attach.VirtualMachine;
import io.elasticmemory.agent.AgentJvm.Said;
import io.elasticmemory.agent.program.Late;
import org.junit.jupiter.api.Test;

/** The agent that comes to a program which runs already. */
class AttachIT {
  @Test
  void isAtWorkAfterTheFirstTimeAndTakesNoOptionsOfASecond() throws Exception {
    AgentJvm program =
        new AgentJvm()
            .withoutAgent()
            .jvmOptions("-XX:+EnableDynamicAgentLoading", "--enable-native-access=ALL-UNNAMED");

    Said said =
        program.run(
            Late.class,
            running -> {
              // Before a JVM is ready for it, attaching would end it.
              running.awaitLine("ready");
              attach(running.process().pid(), "min=1m,path=dram:64");
              attach(running.process().pid(), "min=4m,path=dram:128");
              running.writeLine();
            });

    assertThat(said)
        .isEqualTo(
            new Said(
                0,
                "ready\nspace",
                "emp: the agent is at work already; options of a second one are not taken"));
  }

  private static void attach(long pid, String options) throws Exception {
    VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
    try {
      machine.loadAgent(AgentJvm.jar(), options);
    } finally {
      machine.detach();
    }
  }
}
