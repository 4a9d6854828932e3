package io.elasticmemory.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.elasticmemory.agent.AgentJvm.Said;
import io.elasticmemory.agent.program.Channels;
import io.elasticmemory.agent.program.Large;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Programs of a user who may not have the kernel's own faults handled. */
class UnprivilegedIT {
  private static final String NOBODY = "65534";

  private Path directory;
  private Path jar;

  /** Where nobody may read, write, and look for the jar. */
  @BeforeEach
  void makeADirectory() throws Exception {
    assumeThat(System.getProperty("user.name")).as("only root can become nobody").isEqualTo("root");
    directory =
        Files.createTempDirectory(
            Path.of("/var/tmp"),
            "emp-nobody",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx")));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    jar = Files.copy(Path.of(AgentJvm.jar()), directory.resolve("emp-agent.jar"));
    copyPrograms();
  }

  private void copyPrograms() throws Exception {
    Path from = Path.of(AgentJvm.place(Large.class));
    try (var files = Files.walk(from.resolve("io/elasticmemory/agent/program"))) {
      for (Path file : files.toList()) {
        Path to = directory.resolve("classes").resolve(from.relativize(file).toString());
        Files.createDirectories(to.getParent());
        if (Files.isRegularFile(file)) {
          Files.copy(file, to);
        }
      }
    }
  }

  @AfterEach
  void removeIt() throws Exception {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private AgentJvm program(String options) {
    return new AgentJvm()
        .before("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups")
        .jar(jar)
        .agentOptions(options)
        .jvmOptions("-Djava.io.tmpdir=" + directory)
        .onlyClassPath(directory.resolve("classes"));
  }

  private String path(String options, int mib) {
    return "path=dram:32?" + options + "|" + directory.resolve("spill") + ":" + mib + ":0";
  }

  @Test
  void isToldWhatToDo() throws Exception {
    Said said = program("path=dram:32").run(Large.class, "16");

    assertThat(said.exitCode()).isZero();
    assertThat(said.out()).isEqualTo("16 MiB are as written");
    assertThat(said.errors())
        .contains("the agent is inactive")
        .contains("/dev/userfaultfd")
        .contains("usermode=true")
        .hasLineCount(1);
  }

  @Test
  void isNotStartedIfItIsStrict() throws Exception {
    Said said = program("strict=true,path=dram:32").run(Large.class, "16");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
    assertThat(said.errors()).contains("/dev/userfaultfd", "usermode=true").hasLineCount(1);
  }

  @Test
  void keepsMoreThanItsDramWithUserModeFaultsAlone() throws Exception {
    String path = "path=dram:32|" + directory.resolve("spill") + ":512:0";

    Said said = program("usermode=true," + path).run(Large.class, "128");

    assertThat(said.exitCode()).isZero();
    assertThat(said.out()).isEqualTo("128 MiB are as written");
    assertThat(said.errors()).contains("user-mode").hasLineCount(1);
  }

  @Test
  void readsAndWritesChannelsAsOthersDo() throws Exception {
    Said said =
        program(path("usermode=true", 512))
            .run(Channels.class, directory.resolve("data").toString());

    assertThat(said.exitCode()).as(said.errors()).isZero();
    assertThat(said.out()).isEqualTo("space\nall channels gave what was written");
  }
}
