package io.elasticmemory.samples.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.port.PagerProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What tells pagers from other processes. */
public final class PagerProcess {
  private static final String MAIN = ".PagerMain";

  /** The name of what has the same command, because it shares the memory of a pager. */
  private static final String UNDERTAKER = "emp-undertaker";

  private PagerProcess() {}

  /** The command of a pager; empty if the process has ended or is none. */
  public static List<String> command(long pid) {
    try {
      Path process = Path.of("/proc", Long.toString(pid));
      String words = Files.readString(process.resolve("cmdline"), UTF_8);
      List<String> command = List.of(words.split("\0"));
      boolean isPager =
          command.stream().anyMatch(word -> word.endsWith(MAIN))
              && !command.contains(PagerProgram.PRACTICE)
              && !Files.readString(process.resolve("comm"), UTF_8).strip().equals(UNDERTAKER);
      return isPager ? command : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Whether a process is a pager. */
  public static boolean is(ProcessHandle process) {
    return !command(process.pid()).isEmpty();
  }
}
