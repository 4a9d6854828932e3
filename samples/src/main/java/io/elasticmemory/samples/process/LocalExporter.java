package io.elasticmemory.samples.process;

import io.elasticmemory.EmpException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An exporter on this machine, on loopback and a port that was free. */
public final class LocalExporter {
  private static final int START_SECONDS_MAX = 120;
  private static final Pattern FIRST_LINE =
      Pattern.compile("listening on (.+):(\\d+), (\\d+) MiB.*");

  private final Process process;
  private final int port;

  private LocalExporter(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts one and waits until it listens.
   *
   * @param options more of them, as on the command line
   */
  public static LocalExporter start(Workplace workplace, long mib, String... options)
      throws IOException {
    return start("auto", workplace, mib, program(), options);
  }

  /** Starts one that has all its memory from the beginning: it grows by what it keeps, only. */
  public static LocalExporter startFull(Workplace workplace, long mib) throws IOException {
    JavaProgram program =
        program()
            .jvm("-Xms64m", "-XX:+AlwaysPreTouch")
            .jvm("-XX:-UseDynamicNumberOfCompilerThreads");
    return start("auto", workplace, mib, program, "--reserve");
  }

  /** Starts another where one was that has ended. */
  public static LocalExporter startAt(int port, Workplace workplace, long mib) throws IOException {
    return start(Integer.toString(port), workplace, mib, program());
  }

  private static JavaProgram program() {
    return new JavaProgram("io.elasticmemory.exporter.ExporterMain").jvm("-Xmx64m");
  }

  private static LocalExporter start(
      String port, Workplace workplace, long mib, JavaProgram program, String... options)
      throws IOException {
    List<String> command =
        program.with("-m", Long.toString(mib), "-p", port).with(options).command();
    Process process =
        workplace.start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
    return new LocalExporter(process, portOf(firstLine(process)));
  }

  /** Its port. */
  public int port() {
    return port;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Its process. */
  public Process process() {
    return process;
  }

  /** Its entry in a memory path. */
  public String entry(long mib) {
    return "127.0.0.1:" + mib + ":" + port;
  }

  static int portOf(String line) {
    Matcher first = FIRST_LINE.matcher(line);
    if (!first.matches()) {
      throw failure("said '" + line + "' instead of 'listening on HOST:PORT, N MiB'");
    }
    return Integer.parseInt(first.group(2));
  }

  /** Reads on in a thread of its own, so that the exporter can never block on a full pipe. */
  private static String firstLine(Process process) {
    CompletableFuture<String> first = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name("exporter-output").start(() -> drain(process, first));
    try {
      return first.get(START_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw failure("did not say on which port it listens: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("was not waited for: interrupted");
    }
  }

  private static void drain(Process process, CompletableFuture<String> first) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        first.complete(line);
        line = lines.readLine();
      }
      first.completeExceptionally(new IOException("it has ended"));
    } catch (IOException e) {
      first.completeExceptionally(e);
    }
  }

  private static EmpException failure(String what) {
    return new EmpException(
        EmpException.Kind.DONOR,
        "the exporter " + what + "; run 'emp exporter -m 64 -p auto' to see why");
  }
}
