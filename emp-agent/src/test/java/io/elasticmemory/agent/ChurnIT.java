package io.elasticmemory.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.tools.attach.VirtualMachine;
import io.elasticmemory.agent.AgentJvm.Said;
import io.elasticmemory.agent.program.Churn;
import org.junit.jupiter.api.Test;

/** Many threads that allocate and free, from the start on and from when the agent is attached. */
class ChurnIT {
  private static final String OPTIONS = "min=64k,path=dram:256";
  private static final String THREADS = "16";
  private static final String MIN_BYTES = "65536";
  private static final String CAPACITY_MIB = "256";

  @Test
  void losesNoMemoryAndNoWord() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);

    Said said =
        new AgentJvm()
            .agentOptions(OPTIONS)
            .run(Churn.class, THREADS, "100000", MIN_BYTES, CAPACITY_MIB, Long.toString(seed), "0");

    assertThat(said).isEqualTo(new Said(0, "allocations are freed, then all of it: space", ""));
  }

  @Test
  void takesOverWhatARunningProgramAllocates() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    AgentJvm program =
        new AgentJvm()
            .withoutAgent()
            .jvmOptions("-XX:+EnableDynamicAgentLoading", "--enable-native-access=ALL-UNNAMED");
    String[] arguments = {THREADS, "1000", MIN_BYTES, CAPACITY_MIB, Long.toString(seed), "12"};

    Said said =
        program.run(
            Churn.class,
            process -> {
              Thread.sleep(3_000);
              attach(process.pid());
              attach(process.pid());
            },
            arguments);

    assertThat(said.errors())
        .isEqualTo("emp: the agent is at work already; options of a second one are not taken");
    assertThat(said.out()).isEqualTo("allocations are freed, then all of it: space");
    assertThat(said.exitCode()).isZero();
  }

  private static void attach(long pid) throws Exception {
    VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
    try {
      machine.loadAgent(AgentJvm.jar(), OPTIONS);
    } finally {
      machine.detach();
    }
  }
}
