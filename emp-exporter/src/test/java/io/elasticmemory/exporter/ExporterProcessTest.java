package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.OK;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The exporter as a program of its own. */
class ExporterProcessTest {
  private static final Pattern LISTENING =
      Pattern.compile("listening on (127\\.0\\.0\\.1|\\[[0-9a-f:]+]):(\\d+), (\\d+) MiB");

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endAll() {
    processes.forEach(Process::destroyForcibly);
  }

  private Process launch(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny", "-cp"));
    command.add(classPath());
    command.add(ExporterMain.class.getName());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).start();
    processes.add(process);
    return process;
  }

  /** This module is on the module path or the class path of the test, its libraries on either. */
  private static String classPath() {
    return String.join(
        java.io.File.pathSeparator,
        Path.of("target", "classes").toString(),
        System.getProperty("jdk.module.path", ""),
        System.getProperty("java.class.path", ""));
  }

  private static String firstLine(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    return line == null ? "nothing; " + errors(process) : line;
  }

  private static String errors(Process process) throws IOException {
    return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static Matcher listening(Process process) throws IOException {
    String line = firstLine(process);
    Matcher matcher = LISTENING.matcher(line);
    assertThat(matcher.matches()).as(line).isTrue();
    return matcher;
  }

  private static int port(Process process) throws IOException {
    return Integer.parseInt(listening(process).group(2));
  }

  private static int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("has ended").isTrue();
    return process.exitValue();
  }

  @Test
  void saysWhereItListensLendsAndEndsOnSigterm() throws IOException, InterruptedException {
    Process process = launch("-m", "200", "-p", "auto");
    Matcher said = listening(process);
    assertThat(said.group(3)).isEqualTo("192");
    InetSocketAddress address =
        new InetSocketAddress(said.group(1), Integer.parseInt(said.group(2)));
    try (TestClient client = new TestClient(address)) {
      assertThat(client.hello()).isEqualTo(OK);
      assertThat(client.lease(3)).isEqualTo(OK);
      assertThat(client.leasedSlabs).isEqualTo(3);
      assertThat(client.write(0, TestClient.pattern(1 << 20, 1))).isEqualTo(OK);
      process.toHandle().destroy(); // Unlike Process.destroy leaves its output readable.
      assertThat(exitCode(process)).isZero();
      assertThat(client.isClosedByExporter()).isTrue();
      assertThat(errors(process)).isEmpty();
    }
  }

  @Test
  void endsOnSigint() throws IOException, InterruptedException {
    Process process = launch("-m", "64", "-p", "auto");
    port(process);
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    assertThat(exitCode(process)).isZero();
  }

  @Test
  void showsConnectionsAndLeasesWhenAskedTo() throws IOException, InterruptedException {
    Process process = launch("-m", "64", "-p", "auto", "-v");
    try (TestClient client = new TestClient(new InetSocketAddress("127.0.0.1", port(process)))) {
      assertThat(client.hello()).isEqualTo(OK);
      assertThat(client.lease(1)).isEqualTo(OK);
      assertThat(client.release()).isEqualTo(OK);
    }
    process.toHandle().destroy(); // Unlike Process.destroy leaves its output readable.
    assertThat(exitCode(process)).isZero();
    assertThat(errors(process))
        .contains("connected", "space ", "leased 1 ", "released 1", "closed");
  }

  @Test
  void refusesAnRdmaDeviceThatIsNotThere() throws IOException, InterruptedException {
    Process process = launch("-m", "64", "-p", "auto", "-d", "mlx5_77");
    assertThat(exitCode(process)).isEqualTo(2);
    assertThat(errors(process).lines())
        .hasSize(1)
        .first()
        .asString()
        .startsWith("emp exporter: ")
        .contains("RDMA");
  }

  @Test
  void refusesAPortInUse() throws IOException, InterruptedException {
    int port = port(launch("-m", "64", "-p", "auto"));
    Process second = launch("-m", "64", "-p", Integer.toString(port));
    assertThat(exitCode(second)).isEqualTo(2);
    assertThat(errors(second).lines())
        .containsExactly(
            "emp exporter: cannot listen on 127.0.0.1:"
                + port
                + " (Address already in use): choose another port with -p, or a free one with -p"
                + " auto");
    assertThat(second.inputReader(StandardCharsets.UTF_8).readLine()).isNull();
  }

  @Test
  void refusesMoreThanThereIs() throws IOException, InterruptedException {
    Process process = launch("-m", "99999999", "-p", "auto");
    assertThat(exitCode(process)).isEqualTo(2);
    assertThat(errors(process).lines())
        .hasSize(1)
        .first()
        .asString()
        .matches(
            "emp exporter: -m 99999999 asks for 99999999 MiB, but only \\d+ MiB are available"
                + " here: give at most -m \\d+");
  }

  @Test
  void listensOnAnIpv6AddressIfTold() throws IOException {
    Process process = launch("-m", "64", "-p", "auto", "-b", "::1");
    String line = firstLine(process);
    if (line.startsWith("nothing")) {
      assertThat(line).contains("cannot listen on"); // A machine without IPv6.
    } else {
      assertThat(LISTENING.matcher(line).matches()).as(line).isTrue();
    }
  }
}
