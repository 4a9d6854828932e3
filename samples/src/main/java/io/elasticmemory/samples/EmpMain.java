package io.elasticmemory.samples;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpVersion;
import io.elasticmemory.exporter.ExporterMain;
import io.elasticmemory.exporter.UsageErrors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code emp} command: demos, workloads, proofs, the doctor, and a look at running programs.
 *
 * <p>Exit codes: 0 done, 1 failed while running, 2 refused before anything was done (a wrong
 * option, a wrong memory path, a machine that cannot do it), with one line on stderr that has the
 * remedy.
 */
@Command(
    name = "emp",
    description = "More memory than the machine has, for any Java program.",
    mixinStandardHelpOptions = true,
    versionProvider = EmpMain.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "emp help COMMAND shows the options of a command, and examples."})
public final class EmpMain implements Runnable {

  static final int EXIT_FAILED = 1;
  static final int EXIT_REFUSED = 2;

  private static final List<Class<?>> COMMANDS =
      List.of(
          RunCommand.class,
          AttachCommand.class,
          DemoCommand.class,
          DoctorCommand.class,
          ExporterCommand.class,
          BenchCommand.class,
          ProveCommand.class,
          ChaosCommand.class,
          StatCommand.class,
          TopCommand.class,
          ProfileCommand.class,
          UpgradeCommand.class);

  @Spec private CommandSpec spec;

  /** Made by picocli, which sets {@code spec}. */
  @SuppressWarnings("NullAway.Init")
  EmpMain() {}

  /** Runs one command and ends with its exit code. */
  public static void main(String... arguments) {
    String[] words = withoutHelpWord(arguments);
    if (words.length > 0 && words[0].equals("exporter")) {
      ExporterMain.main(Arrays.copyOfRange(words, 1, words.length));
      return;
    }
    System.exit(commandLine(words).execute(words));
  }

  /** {@code help bench} means {@code bench --help}. */
  static String[] withoutHelpWord(String... arguments) {
    if (arguments.length == 0 || !arguments[0].equals("help")) {
      return arguments;
    }
    List<String> words = new ArrayList<>(Arrays.asList(arguments));
    words.removeFirst();
    words.add("--help");
    return words.toArray(String[]::new);
  }

  /**
   * The command; the tests run it without a process. Of its subcommands it has the one that is
   * named, and otherwise all: to build those that nobody asks for takes longer than many of them
   * run.
   */
  static CommandLine commandLine(String... words) {
    CommandLine emp = new CommandLine(new EmpMain());
    addSubcommands(emp, COMMANDS, words, 0);
    CommandLine bench = emp.getSubcommands().get("bench");
    if (bench != null) {
      addSubcommands(bench, BenchCommand.WORKLOADS, words, 1);
    }
    emp.getSubcommands().values().forEach(EmpMain::addHelp);
    return UsageErrors.register(emp)
        .setParameterExceptionHandler(EmpMain::refuse)
        .setExecutionExceptionHandler(EmpMain::fail);
  }

  private static void addSubcommands(
      CommandLine to, List<Class<?>> all, String[] words, int place) {
    List<Class<?>> named =
        all.stream().filter(one -> place < words.length && isNamed(one, words[place])).toList();
    (named.isEmpty() ? all : named).forEach(to::addSubcommand);
  }

  private static boolean isNamed(Class<?> command, String word) {
    return command.getAnnotation(Command.class).name().equals(word);
  }

  private static void addHelp(CommandLine command) {
    command.addMixin("help", new HelpOption());
    command.getSubcommands().values().forEach(EmpMain::addHelp);
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing; there are " + names(spec.commandLine()));
  }

  private static int refuse(ParameterException mistake, String[] arguments) {
    CommandLine command = mistake.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + reason(mistake) + "; see " + name + " --help");
    return EXIT_REFUSED;
  }

  private static String reason(ParameterException mistake) {
    CommandLine command = mistake.getCommandLine();
    if (mistake instanceof UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()
        && !command.getSubcommands().isEmpty()) {
      String kind = command.getCommandSpec().usageMessage().synopsisSubcommandLabel();
      return "'%s' is no %s; there are %s"
          .formatted(
              unmatched.getUnmatched().getFirst(), kind.toLowerCase(Locale.ROOT), names(command));
    }
    return UsageErrors.line(mistake);
  }

  /** The names of what can follow a command. */
  static String names(CommandLine command) {
    return String.join(", ", command.getSubcommands().keySet());
  }

  private static int fail(Exception failure, CommandLine command, ParseResult parsed)
      throws Exception {
    String name = command.getCommandSpec().qualifiedName();
    if (failure instanceof JsonTarget.NotWrittenException) {
      command.getErr().println(name + ": " + failure.getMessage());
      return EXIT_FAILED;
    }
    if (!(failure instanceof EmpException refused)) {
      throw failure;
    }
    command.getErr().println(name + ": " + refused.getMessage());
    return switch (refused.kind()) {
      // A pager that ends later takes this process with it: what is thrown was at the start.
      case PATH, PLATFORM, DONOR, CAPACITY, PAGER -> EXIT_REFUSED;
      case CLOSED, INTERNAL -> EXIT_FAILED;
    };
  }

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "emp " + EmpVersion.current(), "Java " + Runtime.version() + ", " + osName()
      };
    }

    private static String osName() {
      return System.getProperty("os.name") + " " + System.getProperty("os.version");
    }
  }
}
