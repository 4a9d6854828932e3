package io.elasticmemory.samples.upgrade;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A process that is a pager.
 *
 * @param command that it was started with
 */
record RunningPager(long pid, List<String> command) {
  private static final long END_MILLIS_MAX = 5_000;
  private static final String MAIN = ".PagerMain";

  /** The process of this number; its command is empty if it has ended or is no pager. */
  static RunningPager of(long pid) {
    try {
      String words = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), UTF_8);
      List<String> command = List.of(words.split("\0"));
      boolean isPager = command.stream().anyMatch(word -> word.endsWith(MAIN));
      return new RunningPager(pid, isPager ? command : List.of());
    } catch (IOException e) {
      return new RunningPager(pid, List.of());
    }
  }

  /** False once it has ended, or if it is another process. */
  boolean isAlive() {
    return !command.isEmpty() && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /** Whether it was started so, by whatever java: a script may have stood before it. */
  boolean isOf(List<String> other) {
    return !command.isEmpty()
        && command.subList(1, command.size()).equals(other.subList(1, other.size()));
  }

  /** Ends it at once, and waits for that as long as it usually takes. */
  void kill() {
    try (Peer peer = Platform.find().processes().open(pid)) {
      if (of(pid).equals(this)) { // nobody else has got its number
        peer.kill();
        boolean _ = peer.awaitEnd(END_MILLIS_MAX);
      }
    } catch (EmpException e) {
      // It has ended by itself.
    }
  }
}
