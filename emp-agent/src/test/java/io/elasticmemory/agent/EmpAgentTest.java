package io.elasticmemory.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.Emp;
import io.elasticmemory.port.PagerProgram;
import io.elasticmemory.port.Platform;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent in JVMs of their own, as a jar beside the others. */
class EmpAgentTest {
  private static final int SECONDS_MAX = 60;

  @TempDir Path directory;

  private Path agent;

  /** What one JVM said. */
  private record Said(int exitCode, String out, String errors) {}

  /** A jar that names its class path as the one of the build does. */
  @BeforeEach
  void makeAgentJar() throws Exception {
    StringBuilder classPath = new StringBuilder();
    for (Class<?> type : needed()) {
      classPath.append(place(type).toUri()).append(' ');
    }
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.put(Attributes.Name.CLASS_PATH, classPath.toString());
    main.putValue("Premain-Class", EmpAgent.class.getName());
    agent = directory.resolve("emp-agent.jar");
    try (OutputStream out = Files.newOutputStream(agent)) {
      new JarOutputStream(out, manifest).close();
    }
  }

  private static List<Class<?>> needed() throws ClassNotFoundException {
    return List.of(
        EmpAgent.class,
        Emp.class,
        Platform.find().getClass(),
        PagerProgram.find().getClass(),
        Class.forName("org.slf4j.Logger"),
        Class.forName("org.slf4j.simple.SimpleLogger"));
  }

  private static Path place(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private Said run(String options, String environment) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.add("-javaagent:" + agent + options);
    command.add("-cp");
    command.add(place(UnknowingProgram.class) + File.pathSeparator + place(Emp.class));
    command.add(UnknowingProgram.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("EMP_PMEM_PATH", environment);
    return said(builder.start());
  }

  private static Said said(Process process) throws IOException, InterruptedException {
    try {
      String out = new String(process.getInputStream().readAllBytes(), UTF_8);
      String errors = new String(process.getErrorStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
      return new Said(process.exitValue(), out, errors);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void opensTheSpaceOfItsOptionBeforeMain() throws Exception {
    assertThat(run("=path=dram:8", "dram:16"))
        .isEqualTo(new Said(0, "pager running: true\ndram:8 42\n", ""));
  }

  @Test
  void opensTheSpaceOfTheEnvironmentBeforeMain() throws Exception {
    assertThat(run("", "dram:16")).isEqualTo(new Said(0, "pager running: true\ndram:16 42\n", ""));
  }

  @Test
  void refusesABadPathInOneLineBeforeMain() throws Exception {
    Said said = run("=path=dram:8|./spill:many:0", "");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
    assertThat(said.errors()).startsWith("emp: ").contains("./spill:many:0").hasLineCount(1);
  }

  @Test
  void refusesAPathThatIsNotThereAtAll() throws Exception {
    Said said = run("", "");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.errors()).startsWith("emp: EMP_PMEM_PATH is empty").hasLineCount(1);
  }

  @Test
  void refusesAnOptionItDoesNotKnow() throws Exception {
    Said said = run("=size=8", "dram:8");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
    assertThat(said.errors()).startsWith("emp: agent option 'size=8' is not known").hasLineCount(1);
  }
}
