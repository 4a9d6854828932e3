package io.elasticmemory.samples;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * Where a command's JSON goes, and with it the table for people: to standard output, unless the
 * JSON is there. Set by picocli.
 */
@SuppressWarnings("NullAway.Init")
final class JsonTarget {
  private static final String STANDARD_OUTPUT = "-";

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--json",
      paramLabel = "FILE|-",
      description = "Write one JSON object to a file, or to standard output.")
  private @Nullable String target;

  /** Refuses a file that cannot be written, before any work is done. */
  void check() {
    if (target == null || target.equals(STANDARD_OUTPUT)) {
      return;
    }
    Path file = Path.of(target).toAbsolutePath();
    Path directory = file.getParent();
    boolean isWritable =
        Files.exists(file)
            ? Files.isRegularFile(file) && Files.isWritable(file)
            : directory != null && Files.isWritable(directory);
    if (!isWritable) {
      throw new ParameterException(
          spec.commandLine(), "--json " + target + " cannot be written; give another file, or -");
    }
  }

  /** Whether people's table belongs on standard error. */
  boolean isStandardOutput() {
    return STANDARD_OUTPUT.equals(target);
  }

  /** Where people's table goes. */
  PrintWriter people() {
    return isStandardOutput() ? spec.commandLine().getErr() : spec.commandLine().getOut();
  }

  /** Writes the object, if it was asked for. */
  void write(JsonObject json) throws IOException {
    if (isStandardOutput()) {
      spec.commandLine().getOut().println(json);
      spec.commandLine().getOut().flush();
    } else if (target != null) {
      write(Path.of(target), json);
    }
  }

  private void write(Path file, JsonObject json) throws NotWrittenException {
    try {
      Files.writeString(file, json + System.lineSeparator());
    } catch (IOException e) {
      throw new NotWrittenException(
          "--json %s could not be written after all (%s); what it was about is done, see the table"
              .formatted(target, e),
          e);
    }
  }

  /** The work is done, but its result is not where it was asked for. */
  static final class NotWrittenException extends IOException {
    private static final long serialVersionUID = 1L;

    NotWrittenException(String message, IOException cause) {
      super(message, cause);
    }
  }
}
