package io.elasticmemory.samples;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpVersion;
import io.elasticmemory.exporter.ExporterMain;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * The {@code emp} command: demos, workloads, proofs and the doctor.
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
    subcommands = {
      DemoCommand.class,
      DoctorCommand.class,
      ExporterCommand.class,
      BenchCommand.class,
      ProveCommand.class
    })
public final class EmpMain implements Runnable {

  static final int EXIT_FAILED = 1;
  static final int EXIT_REFUSED = 2;

  @Spec private CommandSpec spec;

  /** Made by picocli, which sets {@code spec}. */
  @SuppressWarnings("NullAway.Init")
  EmpMain() {}

  /** Runs one command and ends with its exit code. */
  public static void main(String... arguments) {
    if (arguments.length > 0 && arguments[0].equals("exporter")) {
      ExporterMain.main(Arrays.copyOfRange(arguments, 1, arguments.length));
      return;
    }
    System.exit(commandLine().execute(arguments));
  }

  /** The command with its subcommands; the tests run it without a process. */
  static CommandLine commandLine() {
    CommandLine emp = new CommandLine(new EmpMain());
    emp.getSubcommands().values().forEach(EmpMain::addHelp);
    return emp.setParameterExceptionHandler(EmpMain::refuse)
        .setExecutionExceptionHandler(EmpMain::fail);
  }

  private static void addHelp(CommandLine command) {
    command.addMixin("help", new HelpOption());
    command.getSubcommands().values().forEach(EmpMain::addHelp);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  private static int refuse(ParameterException mistake, String[] arguments) {
    CommandLine command = mistake.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String message = String.valueOf(mistake.getMessage()).lines().findFirst().orElse("");
    command.getErr().println(name + ": " + message + "; see " + name + " --help");
    return EXIT_REFUSED;
  }

  private static int fail(Exception failure, CommandLine command, ParseResult parsed)
      throws Exception {
    if (!(failure instanceof EmpException refused)) {
      throw failure;
    }
    command
        .getErr()
        .println(command.getCommandSpec().qualifiedName() + ": " + refused.getMessage());
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
