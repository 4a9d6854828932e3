package io.elasticmemory.samples.upgrade;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.PagerProgram;
import io.elasticmemory.samples.stat.ObservedSpace;
import io.elasticmemory.wire.Build;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Gives the spaces of a running program a pager of another build: the watcher is told how the next
 * one is started, starts it, or a new standby, while the one before serves, and when that is ready
 * to take over, the one before is killed, because taking over from one that was killed is what a
 * successor can do in any case. If none of the other build gets ready, or one of the build before
 * follows, the watcher is told to stay with that. For one thread.
 */
public final class Upgrade implements AutoCloseable {
  /** The one before serves meanwhile. */
  private static final Duration STANDBY_MAX = Duration.ofMinutes(10);

  private static final Duration TAKE_OVER_MAX = Duration.ofSeconds(60);

  /** To look for processes takes a millisecond or more of a CPU. */
  private static final long LOOK_MILLIS = 20;

  private static final int LOOKS_BETWEEN_CALLS = 50;
  private static final List<String> NAMESPACES = List.of("pid", "mnt");

  private final long program;
  private final List<NextPagerFile> files;
  private final List<ObservedSpace> observed;
  private final List<ServedSpace> spaces;

  /**
   * What became of a space.
   *
   * @param isDone whether a pager of the other build serves it
   * @param pagerBefore who served it
   * @param pager who serves it now; the same if nothing was changed
   * @param millis from the end of the one until the other served
   */
  public record Change(boolean isDone, long pagerBefore, long pager, long millis) {}

  private Upgrade(long program, List<NextPagerFile> files, List<ObservedSpace> observed) {
    this.program = program;
    this.files = files;
    this.observed = observed;
    spaces = observed.stream().map(space -> new ServedSpace(program, space)).toList();
  }

  /**
   * Begins; until this is closed nobody else can.
   *
   * @throws EmpException if the program has no space, may not be looked at, or cannot be given
   *     another pager
   */
  public static Upgrade of(long pid) {
    List<ObservedSpace> observed = ObservedSpace.of(pid);
    try {
      requireHere(pid);
      new ServedSpace(pid, observed.getFirst()).requireProgram();
      return new Upgrade(pid, NextPagerFile.of(pid), observed);
    } catch (RuntimeException e) {
      observed.forEach(ObservedSpace::close);
      throw e;
    }
  }

  /** The numbers and paths that are seen here must be those that the program sees. */
  private static void requireHere(long pid) {
    try {
      for (String name : NAMESPACES) {
        Path own = Path.of("/proc/self/ns", name);
        Path other = Path.of("/proc", Long.toString(pid), "ns", name);
        if (!Files.readSymbolicLink(own).equals(Files.readSymbolicLink(other))) {
          throw new EmpException(
              Kind.PATH,
              "process %d runs in a container; run this command in there".formatted(pid));
        }
      }
    } catch (IOException e) {
      throw new EmpException(
          Kind.PLATFORM,
          "process %d cannot be looked at: %s; run this as root".formatted(pid, e.getMessage()),
          e);
    }
  }

  /**
   * Looks whether it can be done; nothing is touched.
   *
   * @throws EmpException if the build cannot take over, or there is nobody who would let it
   */
  public void require(OfferedPager offered) {
    for (ServedSpace space : spaces) {
      space.requireWatched();
      Build before = space.build();
      List<String> differences = before.differences(offered.build());
      if (!differences.isEmpty()) {
        throw new EmpException(
            Kind.PATH,
            ("build %s cannot take over from build %s, which serves process %d: it has %s; use a"
                    + " build with the same, or start the program anew with that one")
                .formatted(
                    offered.build().version(),
                    before.version(),
                    program,
                    String.join(", ", differences)));
      }
    }
  }

  /** Does it, one space after the other, and stops at the first at which it fails. */
  public List<Change> run(OfferedPager offered) {
    List<String> command = new ArrayList<>(offered.command());
    command.add(PagerProgram.OR_THE_BUILD_BEFORE);
    List<String> before = spaces.getFirst().serving().command();
    files.forEach(file -> file.write(command));
    List<Change> changes = new ArrayList<>();
    for (ServedSpace space : spaces) {
      Change change = replace(space, command);
      changes.add(change);
      if (!change.isDone()) {
        files.forEach(file -> file.write(before));
        endThoseOf(command);
        break;
      }
    }
    return changes;
  }

  private Change replace(ServedSpace space, List<String> command) {
    RunningPager before = space.serving();
    if (!new Successor(space).isReady(command)) {
      return new Change(false, before.pid(), before.pid(), 0);
    }
    before.kill();
    long begun = System.nanoTime();
    long turns = space.turns();
    boolean hasFollowed =
        await(TAKE_OVER_MAX, 1, () -> isFollowed(space, before) && space.turns() > turns);
    RunningPager pager = space.serving();
    long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
    return new Change(hasFollowed && pager.isOf(command), before.pid(), pager.pid(), millis);
  }

  private static boolean isFollowed(ServedSpace space, RunningPager before) {
    RunningPager now = space.serving();
    return now.pid() != before.pid() && now.isAlive();
  }

  /** Who takes over must be ready for it before the one that serves is ended. */
  private final class Successor {
    private final ServedSpace space;

    /** Standbys of the build before. */
    private final List<RunningPager> old;

    private boolean hasBegun;
    private int looks;

    Successor(ServedSpace space) {
      this.space = space;
      old = space.waiting();
    }

    /** Waits for it; false if there is none of that build. */
    boolean isReady(List<String> command) {
      boolean _ = await(STANDBY_MAX, LOOK_MILLIS, this::isDecided);
      return space.ready().isAlive() && space.ready().isOf(command);
    }

    private boolean isDecided() {
      old.forEach(RunningPager::kill);
      boolean isThere = space.waiting().stream().anyMatch(pager -> !old.contains(pager));
      hasBegun |= isThere;
      if (old.isEmpty() && !hasBegun && looks++ % LOOKS_BETWEEN_CALLS == 0) {
        space.callNext();
      }
      RunningPager ready = space.ready();
      return ready.isAlive() && !old.contains(ready) || old.isEmpty() && hasBegun && !isThere;
    }
  }

  /** Their watchers start others in their place. */
  private void endThoseOf(List<String> command) {
    for (ServedSpace space : spaces) {
      List<RunningPager> all = new ArrayList<>(space.waiting());
      all.add(space.serving());
      all.stream().filter(pager -> pager.isOf(command)).forEach(RunningPager::kill);
    }
  }

  /** False if it is not so in time, or the program has ended before. */
  private boolean await(Duration limit, long lookMillis, BooleanSupplier isSo) {
    long end = System.nanoTime() + limit.toNanos();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() - end >= 0 || ProcessHandle.of(program).isEmpty()) {
        return false;
      }
      pause(lookMillis);
    }
    return true;
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted, which nobody should do", e);
    }
  }

  @Override
  public void close() {
    files.forEach(NextPagerFile::close);
    observed.forEach(ObservedSpace::close);
  }
}
