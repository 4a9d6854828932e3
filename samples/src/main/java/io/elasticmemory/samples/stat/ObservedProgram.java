package io.elasticmemory.samples.stat;

import io.elasticmemory.EmpException;
import io.elasticmemory.counters.Counter;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A program with one space or more, seen from outside again and again. For one thread. */
public final class ObservedProgram implements AutoCloseable {
  private static final Path PROC = Path.of("/proc");

  private final long pid;
  private final String name;
  private final List<ObservedSpace> spaces;
  private Optional<ObservedAgent> agent = Optional.empty();
  private Optional<Counted> before = Optional.empty();

  /**
   * What a program does.
   *
   * @param pid of the program
   * @param name main class, jar or module
   * @param now all of its spaces, added up
   * @param rates what was counted since the last look
   * @param usedBytes that the agent has given it; empty if there is no agent
   */
  public record Seen(long pid, String name, Counted now, Counted rates, OptionalLong usedBytes) {
    /** How often in a second. */
    public double perSecond(Counter... counters) {
      long sum = 0;
      for (Counter counter : counters) {
        sum += rates.get(counter);
      }
      return rates.seconds() <= 0 ? 0 : sum / rates.seconds();
    }
  }

  private ObservedProgram(long pid, String name, List<ObservedSpace> spaces) {
    this.pid = pid;
    this.name = name;
    this.spaces = spaces;
  }

  /**
   * Brings what is known of the programs of this machine up to date: those that have a space and
   * may be looked at. Pagers are none.
   */
  public static void find(Map<Long, ObservedProgram> known) throws IOException {
    Collection<ObservedProgram> all = known.values();
    all.removeIf(ObservedProgram::closeIfEnded);
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(process.getFileName().toString());
        if (!known.containsKey(pid)) {
          open(pid).ifPresent(program -> known.put(pid, program));
        }
      }
    }
    all.forEach(ObservedProgram::lookForAgent);
  }

  /** Again while there is none: it shows itself a moment after its space, or is attached later. */
  private void lookForAgent() {
    if (agent.isEmpty()) {
      try {
        agent = ObservedAgent.of(pid, false);
      } catch (EmpException e) {
        // The program has just ended, or its agent is of another version: as if there were none.
      }
    }
  }

  private static Optional<ObservedProgram> open(long pid) {
    List<ObservedSpace> spaces = new ArrayList<>();
    try {
      spaces.addAll(ObservedSpace.of(pid));
      if (spaces.stream().noneMatch(space -> isServedBy(space, pid))) {
        return Optional.of(new ObservedProgram(pid, ProgramName.of(pid), spaces));
      }
    } catch (EmpException e) {
      // It has none, has just ended, or is somebody else's: as if it were not there.
    }
    spaces.forEach(ObservedSpace::close);
    return Optional.empty();
  }

  /** The pager's id is as the program sees it, which may be in a container. */
  private static boolean isServedBy(ObservedSpace space, long pid) {
    return space.count().map(counted -> counted.pagerPid() == innermostPid(pid)).orElse(true);
  }

  private static long innermostPid(long pid) {
    try {
      for (String line : Files.readAllLines(PROC.resolve(pid + "/status"))) {
        if (line.startsWith("NSpid:")) {
          String[] pids = line.substring("NSpid:".length()).trim().split("\\s+");
          return Long.parseLong(pids[pids.length - 1]);
        }
      }
    } catch (IOException | NumberFormatException e) {
      // It has ended, or the kernel has no namespaces.
    }
    return pid;
  }

  private boolean closeIfEnded() {
    boolean ended = spaces.stream().noneMatch(ObservedSpace::isOpen);
    if (ended) {
      close();
    }
    return ended;
  }

  /** Looks again; empty once it has closed its spaces. */
  public Optional<Seen> look() {
    Optional<Counted> sum =
        spaces.stream().map(ObservedSpace::count).flatMap(Optional::stream).reduce(Counted::plus);
    Optional<Counted> last = before;
    before = sum;
    return sum.map(
        now ->
            new Seen(
                pid,
                name,
                now,
                last.map(now::since).orElse(now),
                agent
                    .map(page -> OptionalLong.of(page.given().usedBytes()))
                    .orElse(OptionalLong.empty())));
  }

  @Override
  public void close() {
    spaces.forEach(ObservedSpace::close);
    agent.ifPresent(ObservedAgent::close);
  }
}
