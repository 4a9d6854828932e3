package io.elasticmemory.exporter;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpVersion;
import io.elasticmemory.MemPath;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Platform;
import io.elasticmemory.wire.WordsLayout;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The exporter as a program. Its first line on standard output is {@code listening on HOST:PORT, N
 * MiB}; it runs until SIGTERM or SIGINT and then ends with 0. What cannot be done as asked ends
 * with 2 and one line on standard error.
 */
@Command(
    name = "emp exporter",
    description = "Lends memory of this machine to EMP spaces, over TCP.",
    versionProvider = ExporterMain.Version.class,
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class ExporterMain implements Callable<Integer> {
  private static final int USAGE = 2;
  private static final long MIB = 1 << 20;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "-m",
      paramLabel = "<MiB>",
      description =
          "Memory to lend, in whole slabs of 64 MiB. Default: the lesser of 32768 and half of what"
              + " is available here.")
  private @Nullable Long mib;

  @Option(
      names = "-p",
      paramLabel = "<port>",
      defaultValue = "" + MemPath.EXPORTER_PORT,
      description = "Port to listen on, 'auto' for a free one. Default: ${DEFAULT-VALUE}.")
  private String port = "";

  @Option(
      names = "-b",
      paramLabel = "<address>",
      defaultValue = "127.0.0.1",
      description =
          "Address to listen on. Default: ${DEFAULT-VALUE}. Beyond loopback anybody who can connect"
              + " can lease memory, and bytes travel in clear: use an isolated network.")
  private String host = "";

  @Option(
      names = "-c",
      paramLabel = "<count>",
      defaultValue = "" + ExporterSettings.DEFAULT_CONNECTIONS_MAX,
      description = "Most connections; a space holds two. Default: ${DEFAULT-VALUE}.")
  private int connectionsMax;

  @Option(
      names = "-d",
      paramLabel = "<device>",
      description =
          "RDMA device, such as mlx5_0, by which clients reach the memory, too, on the same port."
              + " -b is then an address of it. All memory is taken at the start.")
  private String device = "";

  @Option(
      names = "--reserve",
      description = "Take all memory at the start. Otherwise pages are taken when first written.")
  private boolean reserve;

  @Option(
      names = "--words",
      paramLabel = "<count>",
      defaultValue = "0",
      description =
          "Words of 8 bytes that clients change together; by the device of -d where it has atomic"
              + " operations, and then by RDMA only. Default: ${DEFAULT-VALUE}.")
  private int words;

  @Option(
      names = "--words-over-tcp",
      description =
          "Words are changed by the exporter's CPU and over TCP, whatever the device can: for"
              + " clients without RDMA, or without its atomic operations.")
  private boolean wordsOverTcp;

  @Option(
      names = "--lease-seconds",
      paramLabel = "<seconds>",
      defaultValue = "" + ExporterSettings.DEFAULT_LEASE_MILLIS / 1000,
      description =
          "How long the memory of a client that is gone is kept for it. Default: ${DEFAULT-VALUE}.")
  private int leaseSeconds;

  @Option(names = "-v", description = "Show connections and leases on standard error.")
  private boolean verbose;

  private ExporterMain() {}

  /** Runs the exporter; does not return. */
  public static void main(String[] arguments) {
    System.exit(run(writer(System.out), writer(System.err), arguments));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, stream.charset());
  }

  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return UsageErrors.register(new CommandLine(new ExporterMain()))
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(
            (e, _) -> fail(e.getCommandLine(), UsageErrors.line(e) + ": see --help"))
        .setExecutionExceptionHandler(ExporterMain::explain)
        .execute(arguments);
  }

  private static int explain(
      Exception e, CommandLine command, CommandLine.@Nullable ParseResult parsed) throws Exception {
    if (e instanceof EmpException refused) {
      return fail(command, refused.getMessage());
    }
    throw e;
  }

  private static int fail(CommandLine command, String message) {
    PrintWriter err = command.getErr();
    String line = message.lines().findFirst().orElse("");
    err.println("emp exporter: " + line);
    err.flush();
    return USAGE;
  }

  @Override
  public Integer call() throws InterruptedException {
    Logger log = logger();
    InetSocketAddress address = new InetSocketAddress(address(), portNumber());
    int leaseMillis = leaseMillis();
    requireConnections();
    requireWords();
    Platform platform = Platform.find();
    long bytes = MemoryToLend.of(mib, platform.memories().limits()).bytes();
    Exporter exporter =
        Exporter.start(
            new ExporterSettings(
                bytes, address, connectionsMax, reserve, leaseMillis, device, words, wordsOverTcp),
            platform,
            Clock.system());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(exporter), "exporter-end"));
    commandLine()
        .getOut()
        .printf(
            "listening on %s, %d MiB%n",
            Exporter.hostAndPort(exporter.address()), exporter.lentBytes() / MIB)
        .flush();
    say(log);
    exporter.awaitClose();
    return 0;
  }

  /** The level is read when the first logger is made, by logback or, beside it, slf4j-simple. */
  private Logger logger() {
    System.setProperty("emp.exporter.log", verbose ? "DEBUG" : "WARN");
    System.setProperty(
        "org.slf4j.simpleLogger.log.io.elasticmemory.exporter", verbose ? "debug" : "warn");
    return LoggerFactory.getLogger(ExporterMain.class);
  }

  /** A signal ends the program as asked, therefore with 0 and not with the signal's number. */
  private static void end(Exporter exporter) {
    exporter.close();
    Runtime.getRuntime().halt(0);
  }

  private void say(Logger log) {
    if (!address().isLoopbackAddress()) {
      log.warn(
          "{} is not loopback: anybody who can connect can lease memory, and bytes travel in clear",
          host);
    }
  }

  private InetAddress address() {
    try {
      if (host.isBlank()) { // Which the JDK takes for loopback.
        throw new UnknownHostException(host);
      }
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw usage("-b '%s' is no address of this machine: give one, such as 127.0.0.1", host);
    }
  }

  private int portNumber() {
    if (port.equals("auto")) {
      return 0;
    }
    try {
      int number = Integer.parseInt(port);
      if (number >= 1 && number <= 65_535) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw usage("-p '%s' is no port: choose 1 to 65535, or auto for a free one", port);
  }

  private void requireConnections() {
    if (connectionsMax < 2 || connectionsMax > ExporterSettings.CONNECTIONS_LIMIT) {
      throw usage(
          "-c %s is out of range: choose 2 to "
              + ExporterSettings.CONNECTIONS_LIMIT
              + ", a space holds two",
          connectionsMax);
    }
  }

  private void requireWords() {
    if (words < 0 || words > WordsLayout.WORDS_MAX) {
      throw usage(
          "--words %s is out of range: choose 0 to " + WordsLayout.WORDS_MAX + ", 0 for none",
          words);
    }
  }

  private int leaseMillis() {
    if (leaseSeconds < 3 || leaseSeconds > 3600) {
      throw usage("--lease-seconds %s is out of range: choose 3 to 3600", leaseSeconds);
    }
    return leaseSeconds * 1000;
  }

  private static EmpException usage(String message, Object value) {
    return new EmpException(EmpException.Kind.DONOR, message.formatted(value));
  }

  private CommandLine commandLine() {
    return Objects.requireNonNull(spec).commandLine();
  }

  /** The version this was built as. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"emp exporter " + EmpVersion.current()};
    }
  }
}
