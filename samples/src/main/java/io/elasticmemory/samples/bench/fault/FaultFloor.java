package io.elasticmemory.samples.bench.fault;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The floor: {@code fault_floor.c}, compiled on the spot, which does the work of a fault with the
 * least that can do it.
 */
final class FaultFloor {
  private static final String SOURCE = "fault_floor.c";
  private static final int COMPILE_SECONDS_MAX = 60;
  private static final int RUN_SECONDS_MAX = 600;

  private final Workplace workplace;
  private final Path program;

  private FaultFloor(Workplace workplace, Path program) {
    this.workplace = workplace;
    this.program = program;
  }

  /**
   * Compiles it into the workplace.
   *
   * @throws EmpException if there is no C compiler
   */
  static FaultFloor compile(Workplace workplace) throws IOException {
    Path source = workplace.directory().resolve(SOURCE);
    Path program = workplace.directory().resolve("fault_floor");
    try (InputStream code = FaultFloor.class.getResourceAsStream(SOURCE)) {
      if (code == null) {
        throw new EmpException(Kind.INTERNAL, SOURCE + " is missing in samples; rebuild it");
      }
      Files.copy(code, source);
    }
    FaultFloor floor = new FaultFloor(workplace, program);
    floor.run(
        List.of("gcc", "-O2", "-Wall", "-o", program.toString(), source.toString()),
        COMPILE_SECONDS_MAX);
    return floor;
  }

  /** Runs it: so many faults are measured, as many go before them. */
  Latency run(FaultTier tier, int faults, Placement placement) throws IOException {
    String line =
        run(
            List.of(
                program.toString(),
                tier.label(),
                Integer.toString(faults),
                Integer.toString(placement.application()),
                Integer.toString(placement.pager()),
                Integer.toString(placement.exporter()),
                placement.spins() ? "spin" : "block",
                workplace.directory().toString()),
            RUN_SECONDS_MAX);
    return parse(line);
  }

  static Latency parse(String line) {
    return Latency.ofNanos(
        number(line, "p50Nanos"),
        number(line, "p99Nanos"),
        number(line, "p999Nanos"),
        number(line, "maxNanos"),
        number(line, "handlerCpuNanos"),
        number(line, "exporterCpuNanos"));
  }

  private static long number(String line, String name) {
    for (String word : line.strip().split(" ")) {
      if (word.startsWith(name + "=")) {
        return Long.parseLong(word.substring(name.length() + 1));
      }
    }
    throw failure("the floor said '" + line.strip() + "' without " + name, "report a bug");
  }

  /** Runs a program and returns what it says. It says little, so that no pipe can fill. */
  private String run(List<String> command, int secondsMax) throws IOException {
    Process process = start(command);
    try {
      if (!process.waitFor(secondsMax, TimeUnit.SECONDS)) {
        Workplace.end(process);
        throw failure(
            command.getFirst() + " has not ended in " + secondsMax + " s", "give fewer --faults");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      Workplace.end(process);
      throw failure(command.getFirst() + " was not waited for", "run it again");
    }
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.exitValue() != 0) {
      throw failure(
          command.getFirst() + " ended with " + process.exitValue() + ": " + output,
          "see 'emp doctor'");
    }
    return output;
  }

  private Process start(List<String> command) throws IOException {
    try {
      return workplace.start(new ProcessBuilder(command).redirectErrorStream(true));
    } catch (IOException e) {
      if (command.getFirst().equals("gcc")) {
        throw failure(
            "gcc is missing, and the floor is written in C",
            "install it (Debian, Ubuntu: apt-get install gcc libc6-dev), or add --no-floor");
      }
      throw e;
    }
  }

  private static EmpException failure(String what, String remedy) {
    return new EmpException(Kind.PLATFORM, what + "; " + remedy);
  }
}
