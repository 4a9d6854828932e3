package io.elasticmemory.samples;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/emp run}, as a user starts it. */
class RunCommandIT {
  private static final Path LAUNCHER = Path.of("../bin/emp").toAbsolutePath().normalize();
  private static final String AGENT =
      "-javaagent:" + LAUNCHER.resolve("../../emp-agent/target/emp-agent.jar").normalize();
  private static final String JAVA_HOME = System.getProperty("java.home");

  private record Ended(long pid, int exitCode, String out, String err) {}

  @TempDir private Path folder;

  private final Map<String, String> environment = new HashMap<>();
  private String classes;

  @BeforeEach
  void findTheProgram() throws Exception {
    environment.put("EMP_JAVA_HOME", JAVA_HOME);
    classes =
        Path.of(RunMain.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toString();
  }

  @Test
  void theProgramTakesItsPlace() throws Exception {
    Ended ended =
        run(
            "--path",
            "dram:64",
            "--min=64k",
            "--",
            JAVA_HOME + "/bin/java",
            "-cp",
            classes,
            RunMain.class.getName(),
            "two  words",
            "",
            "a\"b'c",
            "--min");

    assertThat(ended.err()).isEmpty();
    assertThat(ended.out())
        .isEqualTo(
            "process %d\n[two  words]\n[]\n[a\"b'c]\n[--min]\nin a space: true\n"
                .formatted(ended.pid()));
    assertThat(ended.exitCode()).isEqualTo(7);
  }

  @Test
  void aScriptHandsTheAgentToTheJavaThatItStarts() throws Exception {
    Path blanks = Files.createDirectory(folder.resolve("it's a folder"));
    String start = script("start", "exec \"$EMP_JAVA_HOME/bin/java\" -cp \"$1\" \"$2\" \"$3\"");
    environment.put("JAVA_TOOL_OPTIONS", "-Dx=1");

    Ended ended =
        run(
            "--min=64k",
            "--path=dram:16|" + blanks.resolve("spill") + ":128:0",
            start,
            classes,
            RunMain.class.getName(),
            "two words");

    assertThat(ended.err()).startsWith("Picked up JAVA_TOOL_OPTIONS: -Dx=1 ").hasLineCount(1);
    assertThat(ended.out()).endsWith("[two words]\nin a space: true\n");
    assertThat(ended.exitCode()).isEqualTo(7);
  }

  @Test
  void putsTheOptionsTogether() throws Exception {
    String java = script("java", "printf '[%s]\\n' \"$@\"");

    Ended ended =
        run(
            "--include=org.acme.*:A$B",
            "--strict",
            "--path",
            "dram:8|./x,y:64:0",
            "--exclude",
            "C",
            java,
            "-x",
            "--path=1");

    assertThat(ended.out().lines())
        .containsExactly(
            "[" + AGENT + "=include=org.acme.*:A$B,strict=true,exclude=C,path=dram:8|./x,y:64:0]",
            "[-x]",
            "[--path=1]");
    assertThat(ended.exitCode()).isZero();
  }

  @Test
  void needsNoOptions() throws Exception {
    String java = script("java", "printf '[%s]\\n' \"$@\"; exit 3");

    Ended ended = run(java, "Main");

    assertThat(ended.out()).isEqualTo("[" + AGENT + "]\n[Main]\n");
    assertThat(ended.exitCode()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "there is no command to run",
        "there is no command to run|--strict|--",
        "unknown option '--frobnicate'|--frobnicate|java",
        "--min needs a value|--min",
        "min is '1m,strict=true', and must not hold a comma|--min=1m,strict=true|java"
      })
  void refusesWhatItDoesNotUnderstand(String example) throws Exception {
    List<String> words = Arrays.asList(example.split("\\|"));

    Ended ended = run(words.subList(1, words.size()).toArray(String[]::new));

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).isEqualTo("emp: " + words.getFirst() + "; see emp run --help\n");
  }

  private String script(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file.toString();
  }

  private Ended run(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString(), "run"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    List.of("EMP_PMEM_PATH", "EMP_MEM_PATH", "JAVA_TOOL_OPTIONS")
        .forEach(builder.environment()::remove);
    builder.environment().putAll(environment);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      assertThat(process.waitFor(300, SECONDS)).as("%s ends", command).isTrue();
      return new Ended(
          process.pid(), process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }
}
