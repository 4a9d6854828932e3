package io.elasticmemory.samples.upgrade;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.Platform;
import io.elasticmemory.samples.process.PagerProcess;
import java.util.List;

/**
 * A process that is a pager.
 *
 * @param command that it was started with
 */
record RunningPager(long pid, List<String> command) {
  private static final long END_MILLIS_MAX = 5_000;

  /** The process of this number; its command is empty if it has ended or is no pager. */
  static RunningPager of(long pid) {
    return new RunningPager(pid, PagerProcess.command(pid));
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
