package io.elasticmemory.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.agent.AgentJvm.Said;
import io.elasticmemory.agent.program.EveryWay;
import io.elasticmemory.agent.program.Large;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that know nothing of EMP, with the agent before them. */
class EmpAgentIT {
  @TempDir Path directory;

  @Test
  void redirectsEveryWayToGetMemory() throws Exception {
    Said said =
        new AgentJvm()
            .agentOptions("path=dram:256")
            .jvmOptions("-Xmx32m", "-XX:MaxDirectMemorySize=16m")
            .run(EveryWay.class);

    assertThat(said.errors()).isEmpty();
    assertThat(said.out())
        .isEqualTo(
            """
            allocateDirect: ordinary, space
            allocateDirect, left to the collector: ordinary, space
            Arena.ofConfined: ordinary, space
            Arena.ofShared, aligned: space, space
            Unsafe.allocateMemory: ordinary, space
            Unsafe.reallocateMemory: ordinary, space
            Unsafe.setMemory: ordinary, space
            malloc: ordinary, space
            malloc, addresses as long: ordinary, space
            calloc: ordinary, space
            aligned_alloc: ordinary, space
            realloc: ordinary, space
            sized 8388608\
            """);
    assertThat(said.exitCode()).isZero();
  }

  @Test
  void keepsMoreThanItsDram() throws Exception {
    Said said =
        new AgentJvm()
            .environment("dram:32|" + directory.resolve("spill") + ":512:0")
            .run(Large.class, "256");

    assertThat(said).isEqualTo(new Said(0, "256 MiB are as written", ""));
  }

  @Test
  void leavesTheProgramAloneIfThePathIsWrong() throws Exception {
    Said said = new AgentJvm().agentOptions("path=dram:8|./spill:many:0").run(Large.class, "16");

    assertThat(said.exitCode()).isZero();
    assertThat(said.out()).isEqualTo("16 MiB are as written");
    assertThat(said.errors())
        .startsWith("emp: the agent is inactive, all memory is ordinary: ")
        .contains("./spill:many:0")
        .hasLineCount(1);
  }

  @Test
  void startsNothingIfItIsStrictAndThePathIsWrong() throws Exception {
    Said said =
        new AgentJvm().agentOptions("strict=true,path=./spill:many:0").run(Large.class, "16");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
    assertThat(said.errors()).startsWith("emp: the agent is inactive").hasLineCount(1);
  }

  @Test
  void saysThatThereIsNoPath() throws Exception {
    Said said = new AgentJvm().run(Large.class, "16");

    assertThat(said.exitCode()).isZero();
    assertThat(said.errors()).contains("EMP_PMEM_PATH is empty").hasLineCount(1);
  }

  @Test
  void saysWhichOptionsThereAre() throws Exception {
    Said said = new AgentJvm().agentOptions("size=8").run(Large.class, "16");

    assertThat(said.exitCode()).isZero();
    assertThat(said.errors())
        .contains("'size=8' is not known; there are path, min")
        .hasLineCount(1);
  }

  @Test
  void fallsBackToOrdinaryMemoryWhenTheSpaceIsFull() throws Exception {
    Said said = new AgentJvm().agentOptions("path=dram:32").run(Large.class, "64");

    assertThat(said.exitCode()).isZero();
    assertThat(said.out()).isEqualTo("64 MiB are as written");
    assertThat(said.errors()).contains("the space of 32 MiB has no room").hasLineCount(1);
  }

  @Test
  void isOutOfMemoryWhenTheSpaceIsFullAndItIsStrict() throws Exception {
    Said said = new AgentJvm().agentOptions("strict=true,path=dram:32").run(Large.class, "64");

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.errors()).contains("OutOfMemoryError: the space of 32 MiB has no room");
  }
}
