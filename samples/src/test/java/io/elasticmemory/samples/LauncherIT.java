package io.elasticmemory.samples;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.EmpVersion;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code bin/emp}, run as a user does; the jars are those just built. */
class LauncherIT {

  private static final Path LAUNCHER = Path.of("../bin/emp").toAbsolutePath().normalize();

  private record Ended(int exitCode, String out, String err) {}

  @TempDir private Path folder;

  private final Map<String, String> environment = new HashMap<>();

  @Test
  void runsFromAnotherFolderThroughASymbolicLink() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("emp"), LAUNCHER);
    Path linkToLink = Files.createSymbolicLink(folder.resolve("memory"), link.getFileName());
    environment.put("EMP_JAVA_HOME", System.getProperty("java.home"));
    Ended emp = run(List.of(linkToLink.toString(), "--version"));
    Files.delete(link); // it leaves the folder, of which JUnit would warn
    assertThat(emp.err()).isEmpty();
    assertThat(emp.out()).startsWith("emp " + EmpVersion.current());
    assertThat(emp.exitCode()).isZero();
  }

  @Test
  void passesExitCodeAndStandardErrorOn() throws Exception {
    environment.put("EMP_JAVA_HOME", System.getProperty("java.home"));
    Ended emp = run(List.of(LAUNCHER.toString(), "no-such-command"));
    assertThat(emp.exitCode()).isEqualTo(2);
    assertThat(emp.out()).isEmpty();
    assertThat(emp.err().lines()).singleElement().asString().contains("no-such-command");
  }

  @ParameterizedTest
  @ValueSource(strings = {"25", "25.0.3", "26-ea", "30.1"})
  void takesAJdkThatIsNewEnough(String version) throws Exception {
    environment.put("EMP_JAVA_HOME", jdk(version).toString());
    Ended emp = run(List.of(LAUNCHER.toString(), "bench", "two words"));
    assertThat(emp.exitCode()).isZero();
    assertThat(emp.out().lines())
        .contains("--enable-native-access=ALL-UNNAMED", "io.elasticmemory.samples.EmpMain")
        .endsWith("bench", "two words");
  }

  @ParameterizedTest
  @ValueSource(strings = {"24.0.2", "17.0.15", "1.8.0_402", "", "x"})
  void refusesAnotherJdkThatTheUserChose(String version) throws Exception {
    environment.put("EMP_JAVA_HOME", jdk(version).toString());
    assertRefused(run(List.of(LAUNCHER.toString())), folder.toString(), "25 or newer");
  }

  @Test
  void prefersJavaHomeToThePath() throws Exception {
    environment.put("JAVA_HOME", jdk("25").toString());
    assertThat(run(List.of(LAUNCHER.toString(), "bench")).out()).endsWith("bench\n");
  }

  @Test
  void passesOverAnOldJavaHome() throws Exception {
    environment.put("JAVA_HOME", jdk("17").toString());
    environment.put("PATH", jdk("25").resolve("bin") + File.pathSeparator + System.getenv("PATH"));
    assertThat(run(List.of(LAUNCHER.toString(), "bench")).out()).endsWith("bench\n");
  }

  @Test
  void addsTheUsersOptionsForTheJvmAfterItsOwn() throws Exception {
    environment.put("EMP_JAVA_HOME", jdk("25").toString());
    environment.put("EMP_JAVA_OPTS", "-Xmx77m -Dx=y");
    assertThat(run(List.of(LAUNCHER.toString(), "bench")).out().lines())
        .containsSubsequence("-Xmx1g", "-Xmx77m", "-Dx=y", "io.elasticmemory.samples.EmpMain");
  }

  @Test
  void startsTheExporterAsAProgramOfItsOwn() throws Exception {
    environment.put("EMP_JAVA_HOME", jdk("25").toString());
    assertThat(run(List.of(LAUNCHER.toString(), "exporter", "-p", "auto")).out().lines())
        .doesNotContain("-XX:TieredStopAtLevel=1")
        .endsWith("io.elasticmemory.exporter.ExporterMain", "-p", "auto");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Linux aarch64", "Darwin arm64"})
  void refusesAnotherPlatformByName(String platform) throws Exception {
    script(folder.resolve("uname"), "echo " + platform);
    environment.put("PATH", folder + File.pathSeparator + System.getenv("PATH"));
    assertRefused(run(List.of(LAUNCHER.toString())), platform, "Linux x86_64");
  }

  private static void assertRefused(Ended emp, String... parts) {
    assertThat(emp.exitCode()).isEqualTo(2);
    assertThat(emp.out()).isEmpty();
    assertThat(emp.err().lines()).singleElement().asString().startsWith("emp: ").contains(parts);
  }

  /** A folder that looks like a JDK of this version; its java prints its arguments. */
  private Path jdk(String version) throws IOException {
    Path home = Files.createDirectories(folder.resolve("jdk" + version));
    script(home.resolve("bin/java"), "printf '%s\\n' \"$@\"");
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"Someone\"\nJAVA_VERSION=\"%s\"\nOS_NAME=\"Linux\"\n".formatted(version));
    return home;
  }

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Ended run(List<String> command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Stream.of("JAVA_HOME", "EMP_JAVA_HOME", "EMP_JAVA_OPTS").forEach(builder.environment()::remove);
    builder.environment().putAll(environment);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      assertThat(process.waitFor(300, SECONDS)).as("%s ends", command).isTrue();
      return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }
}
