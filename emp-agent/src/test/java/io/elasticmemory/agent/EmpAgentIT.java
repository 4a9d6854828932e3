package io.elasticmemory.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.elasticmemory.agent.AgentJvm.Said;
import io.elasticmemory.agent.program.AttachedAgain;
import io.elasticmemory.agent.program.Chosen;
import io.elasticmemory.agent.program.EveryWay;
import io.elasticmemory.agent.program.Full;
import io.elasticmemory.agent.program.Large;
import io.elasticmemory.agent.program.Speaking;
import io.elasticmemory.agent.program.Unmapped;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that know nothing of EMP, with the agent before them. */
class EmpAgentIT {
  @TempDir Path directory;

  /** Blocks of 2 MiB are larger than what is set in one piece. */
  @ParameterizedTest
  @ValueSource(strings = {"path=dram:256", "path=dram:256?block=2m"})
  void redirectsEveryWayToGetMemory(String options) throws Exception {
    Said said =
        new AgentJvm()
            .agentOptions(options)
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
            Arena.ofAuto: ordinary, space
            Arena.global: ordinary, space
            Unsafe.allocateMemory: ordinary, space
            Unsafe.reallocateMemory: ordinary, space
            Unsafe.setMemory: ordinary, space
            malloc: ordinary, space
            malloc, addresses as long: ordinary, space
            calloc: ordinary, space
            aligned_alloc: ordinary, space
            realloc: ordinary, space
            realloc of small memory: ordinary, space
            malloc, errno kept: ordinary, space
            malloc, functions told late: ordinary, space
            sized 8388608\
            """);
    assertThat(said.exitCode()).isZero();
  }

  @Test
  void redirectsWhatTheChosenClassesAllocate() throws Exception {
    String chosen = Chosen.class.getName();

    Said said =
        new AgentJvm()
            .agentOptions(
                "include=%s,exclude=org.acme.*:%s$Excluded,path=dram:64".formatted(chosen, chosen))
            .run(Chosen.class);

    assertThat(said.errors()).isEmpty();
    assertThat(said.out())
        .isEqualTo(
            """
            itself: space
            its lambda: space
            its lambda, called by another: space
            its method reference: space
            its method reference, called by another: ordinary
            its nested class: space
            an excluded class: ordinary
            another class: ordinary\
            """);
  }

  @Test
  void letsNobodyUnmapTheSpace() throws Exception {
    Said said = new AgentJvm().agentOptions("path=dram:64").run(Unmapped.class);

    assumeThat(said.out()).isNotEqualTo("this kernel does not seal");
    assertThat(said).isEqualTo(new Said(0, "munmap: -1, errno 1\nthere is 42", ""));
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

  @ParameterizedTest
  @CsvSource({
    "./spill:many:0, ./spill:many:0",
    "/nowhere/at/all:256:0, cannot create spill file",
    // Only the pager hears of it.
    "127.0.0.1:256:1, no exporter answers at 127.0.0.1:1"
  })
  void saysBeforeMainWhatIsRefused(String entry, String reason) throws Exception {
    Said said = new AgentJvm().environment("dram:32|" + entry).run(Speaking.class);

    assertThat(said.exitCode()).isZero();
    assertThat(said.errors().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("emp: the agent is inactive").contains(reason),
            line -> assertThat(line).isEqualTo("main has begun"));
  }

  @Test
  void refusesAMinThatNeverFits() throws Exception {
    Said said = new AgentJvm().agentOptions("strict=true,min=64m,path=dram:32").run(Speaking.class);

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.errors())
        .contains("min is 67108864 bytes, more than the space of 33554432")
        .hasLineCount(1);
  }

  /**
   * After a refusal the hooks were there and could not be defined again, or the agent was said to
   * be at work. A handle for free that was made before the agent came ended the JVM.
   */
  @Test
  void canBeAttachedAgainAfterARefusal() throws Exception {
    Said said =
        new AgentJvm()
            .withoutAgent()
            .jvmOptions(
                "-Djdk.attach.allowAttachSelf=true",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED")
            .run(
                AttachedAgain.class,
                AgentJvm.jar(),
                "path=dram:32|127.0.0.1:256:1",
                "path=dram:32|/nowhere/at/all:256:0",
                "path=dram:64",
                "path=dram:128");

    assertThat(said.exitCode()).as(said.errors()).isZero();
    assertThat(said.out())
        .isEqualTo(
            """
            buffer: ordinary
            buffer: ordinary
            buffer: space
            buffer: space
            free of before: ordinary
            new free: space\
            """);
    assertThat(said.errors().lines().filter(line -> !line.isEmpty()))
        .satisfiesExactly(
            line -> assertThat(line).contains("no exporter answers"),
            line -> assertThat(line).contains("cannot create spill file"),
            line -> assertThat(line).contains("the agent is at work already"));
  }

  @Test
  void countsWhatDoesNotFitOnce() throws Exception {
    Said said = new AgentJvm().agentOptions("path=dram:64").run(Full.class, "60");

    assertThat(said.exitCode()).as(said.errors()).isZero();
    assertThat(said.out())
        .isEqualTo(
            """
            filled: space
            buffer: there
            segment: there
            unsafe: there
            growing: there
            fallbacks: 4
            all is as written\
            """);
  }

  @Test
  void losesNothingWhereThereIsNoMemoryAndItIsStrict() throws Exception {
    Said said = new AgentJvm().agentOptions("strict=true,path=dram:64").run(Full.class, "60");

    assertThat(said.exitCode()).as(said.errors()).isZero();
    assertThat(said.out())
        .isEqualTo(
            """
            filled: space
            buffer: none
            segment: none
            unsafe: none
            growing: none
            fallbacks: 0
            all is as written\
            """);
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
