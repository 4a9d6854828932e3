package io.elasticmemory.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.samples.profile.FlameGraph;
import io.elasticmemory.samples.profile.ProfileTable;
import io.elasticmemory.samples.profile.ProfiledStack;
import io.elasticmemory.samples.stat.ObservedAgent;
import io.elasticmemory.samples.stat.ObservedAgent.Taken;
import io.elasticmemory.samples.stat.ObservedSpace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code emp profile}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "profile",
    description = {
      "Shows which Java lines of a running program have faults in its space, by asking its agent:",
      "at most 20 faults a second are looked at, which costs the program next to nothing."
    },
    sortOptions = false,
    footer = {
      "",
      "The stack of a thread can only be taken when its fault has ended, at the thread's next",
      "safepoint: in a tight loop that may be a line beside the one that had it.",
      "",
      "Exit code: 0 if it was taken; 1 if the program ended meanwhile or a file could not be",
      "written; 2 if there is no such process, it has no agent, or may not be looked at.",
      "",
      "Examples:",
      "  emp profile 4711",
      "  emp profile 4711 --seconds 60 --text - --flame faults.svg"
    })
final class ProfileCommand implements Callable<Integer> {
  private static final String STANDARD_OUTPUT = "-";
  private static final double SECONDS_MIN = 0.1;
  private static final double SECONDS_MAX = 3600;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PID", description = "The process id of the program.")
  private long pid;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "For how long. Default: ${DEFAULT-VALUE}.",
      defaultValue = "10")
  private double seconds;

  @Option(
      names = "--text",
      paramLabel = "FILE|-",
      description = "Where the table goes. Default: standard output, unless --flame is given.")
  private @Nullable String text;

  @Option(
      names = "--flame",
      paramLabel = "FILE.svg",
      description = "Write a flame graph, to be opened in a browser.")
  private @Nullable Path flame;

  @Override
  public Integer call() throws IOException, InterruptedException {
    requireArguments();
    Taken taken = take();
    List<ProfiledStack> stacks = stacks(taken);
    spec.commandLine().getErr().println(cost(taken));
    spec.commandLine().getErr().flush();
    if (flame != null) {
      String title = "Faults of process %d in %s s".formatted(pid, number(seconds));
      write(flame, new FlameGraph(title, stacks).svg());
    }
    String table = text == null && flame == null ? STANDARD_OUTPUT : text;
    if (table != null) {
      print(stacks, table);
    }
    return 0;
  }

  private void requireArguments() {
    if (pid < 1 || pid > Integer.MAX_VALUE) {
      throw mistake("'%d' is no process id; give that of a Java program, see jps".formatted(pid));
    }
    if (!(seconds >= SECONDS_MIN && seconds <= SECONDS_MAX)) {
      throw mistake(
          "--seconds is %s; give %s to %s"
              .formatted(seconds, number(SECONDS_MIN), number(SECONDS_MAX)));
    }
    if (text != null && !text.equals(STANDARD_OUTPUT)) {
      requireWritable("--text", Path.of(text));
    }
    if (flame != null) {
      requireWritable("--flame", flame);
    }
  }

  private void requireWritable(String option, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    boolean isWritable =
        Files.exists(file)
            ? Files.isRegularFile(file) && Files.isWritable(file)
            : folder != null && Files.isWritable(folder);
    if (!isWritable) {
      throw mistake("%s %s cannot be written; give another file".formatted(option, file));
    }
  }

  private ParameterException mistake(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Taken take() throws InterruptedException {
    // Says what is wrong with the process before the agent is looked for.
    ObservedSpace.of(pid).forEach(ObservedSpace::close);
    try (ObservedAgent agent = ObservedAgent.of(pid, true).orElseThrow(this::noAgent)) {
      return agent.profile(Math.round(seconds * 1000));
    }
  }

  private List<ProfiledStack> stacks(Taken taken) {
    try {
      return ProfiledStack.parse(taken.text());
    } catch (IllegalArgumentException e) {
      throw new EmpException(
          Kind.PATH,
          "the agent of process %d has written %s; use the emp command of its version"
              .formatted(pid, e.getMessage()),
          e);
    }
  }

  private EmpException noAgent() {
    return new EmpException(
        Kind.PATH,
        ("process %d has a space but no agent that could look at its threads; only programs that"
                + " run with the agent (emp run, emp attach) have profiles, and not their pagers")
            .formatted(pid));
  }

  private String cost(Taken taken) {
    return String.format(
        Locale.ROOT,
        "%d faults looked at in %s s, %d passed over, %d of threads that are not Java's; it took"
            + " the agent %.1f ms",
        taken.samples(),
        number(seconds),
        taken.lost(),
        taken.foreign(),
        taken.spentNanos() / 1e6);
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString(Math.round(value))
        : String.format(Locale.ROOT, "%.1f", value);
  }

  private void print(List<ProfiledStack> stacks, String target) throws IOException {
    if (target.equals(STANDARD_OUTPUT)) {
      new ProfileTable(stacks).print(spec.commandLine().getOut());
      return;
    }
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(Path.of(target), UTF_8))) {
      new ProfileTable(stacks).print(out);
      if (out.checkError()) {
        throw new IOException("not all of it could be written");
      }
    } catch (IOException e) {
      throw notWritten("--text " + target, e);
    }
  }

  private static void write(Path file, String svg) throws IOException {
    try {
      Files.writeString(file, svg);
    } catch (IOException e) {
      throw notWritten("--flame " + file, e);
    }
  }

  private static JsonTarget.NotWrittenException notWritten(String what, IOException cause) {
    return new JsonTarget.NotWrittenException(
        "%s could not be written after all (%s)".formatted(what, cause), cause);
  }
}
