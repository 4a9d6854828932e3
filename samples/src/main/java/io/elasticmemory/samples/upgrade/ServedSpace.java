package io.elasticmemory.samples.upgrade;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.process.Signal;
import io.elasticmemory.samples.stat.Counted;
import io.elasticmemory.samples.stat.ObservedSpace;
import io.elasticmemory.wire.Build;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A space of a running program with the pagers that its watcher keeps. For one thread. */
final class ServedSpace {
  /** The parts of a watcher's shell: one starts the pagers, one reads what they say. */
  private static final int PARTS = 2;

  /** What a watcher calls itself, in its command line. */
  private static final String WATCHER = "\0emp-watcher\0";

  private final long program;
  private final ObservedSpace space;

  ServedSpace(long program, ObservedSpace space) {
    this.program = program;
    this.space = space;
  }

  /** What has been counted; empty if the space is closed. */
  Optional<Counted> look() {
    return space.count();
  }

  /** Who serves, or did last. */
  RunningPager serving() {
    return RunningPager.of(look().map(Counted::pagerPid).orElse(0L));
  }

  /** How often the pagers have gone through their loop. */
  long turns() {
    return look().map(counted -> counted.get(Counter.turns)).orElse(0L);
  }

  /** Who has said that it is ready to take over. */
  RunningPager ready() {
    return RunningPager.of(look().map(Counted::standbyPid).orElse(0L));
  }

  /** Has the watcher start the next pager while this one serves; it may not hear it. */
  void callNext() {
    ProcessHandle.of(serving().pid())
        .flatMap(ProcessHandle::parent)
        .map(ProcessHandle::pid)
        .ifPresent(ServedSpace::call);
  }

  /** Another process must not get a signal that it does not expect. */
  private static void call(long shell) {
    try {
      String words = Files.readString(Path.of("/proc", Long.toString(shell), "cmdline"));
      if (words.contains(WATCHER)) {
        Signal.USR1.send(shell);
      }
    } catch (IOException e) {
      // It has ended, or there is no command for signals: nobody will come.
    }
  }

  /** The pagers that wait for their turn, ready or not. */
  List<RunningPager> waiting() {
    long serving = serving().pid();
    return watcher().stream()
        .flatMap(ProcessHandle::descendants)
        .map(each -> RunningPager.of(each.pid()))
        .filter(pager -> pager.isAlive() && pager.pid() != serving)
        .toList();
  }

  private Optional<ProcessHandle> watcher() {
    long serving = serving().pid();
    return ProcessHandle.of(program).stream()
        .flatMap(ProcessHandle::children)
        .filter(child -> child.descendants().anyMatch(each -> each.pid() == serving))
        .findFirst();
  }

  /**
   * A pager shows the space, too.
   *
   * @throws EmpException if the process is the pager
   */
  void requireProgram() {
    if (serving().pid() == program || !RunningPager.of(program).command().isEmpty()) {
      throw new EmpException(
          Kind.PATH,
          "process %d is a pager; give the process id of its program".formatted(program));
    }
  }

  /**
   * Nobody may end a pager that nobody would follow.
   *
   * @throws EmpException if there is no pager, or no watcher that would start another
   */
  void requireWatched() {
    if (!serving().isAlive()) {
      throw betweenPagers(null);
    }
    if (watcher().map(each -> each.children().count() < PARTS).orElse(true)) {
      throw new EmpException(
          Kind.PAGER,
          ("the watcher of process %d, a shell, has been ended, so nobody would start another"
                  + " pager: this program keeps the one it has; start it anew")
              .formatted(program));
    }
  }

  /** The build of the pager that serves. */
  Build build() {
    try {
      return Build.parse(look().map(Counted::build).orElse(""));
    } catch (IllegalArgumentException e) {
      throw betweenPagers(e);
    }
  }

  private EmpException betweenPagers(@Nullable Exception cause) {
    return new EmpException(
        Kind.PAGER,
        "process %d has no pager at this moment; try again when emp stat shows another"
            .formatted(program),
        cause);
  }
}
