package io.elasticmemory.samples;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** Runs the command within a test and keeps what it printed. */
final class Cli {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** Runs it and returns the exit code. */
  int run(String... arguments) {
    String[] words = EmpMain.withoutHelpWord(arguments);
    return EmpMain.commandLine(words)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(words);
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  List<String> errLines() {
    return err.toString().lines().toList();
  }
}
