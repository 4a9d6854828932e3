package io.elasticmemory.samples.bench.apps;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Median;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A program with and without the agent.
 *
 * @param app the program
 * @param flag of the JVM that is tried, empty if none is
 * @param without the runs without the agent
 * @param with the runs with it
 * @param expectedHash what the program finds without the agent, and without the flag if it does not
 *     run with it
 * @param dramMib the budget of the space
 * @param settings of agent and JVM
 * @param isAttached whether the agent came while the program ran: then its pools keep some of what
 *     they had before, as much as the program had got to by then
 */
public record AppRow(
    App app,
    String flag,
    List<AppRun> without,
    List<AppRun> with,
    String expectedHash,
    long dramMib,
    String settings,
    boolean isAttached) {
  private static final double SPACE_PART_MIN = 0.8;
  private static final double EVICTED_PART_MIN = 0.5;

  public AppRow {
    without = List.copyOf(without);
    with = List.copyOf(with);
  }

  /** Whether every run with the agent has come to the same results. */
  boolean isEqual() {
    return !expectedHash.isEmpty()
        && with.stream().allMatch(run -> run.hash().equals(expectedHash))
        && without.stream().allMatch(run -> !run.hasEnded() || run.hash().equals(expectedHash));
  }

  /**
   * Whether enough of the data was in the space, and enough of that had left DRAM, in every run; of
   * a program that was there before the agent any of it is enough.
   */
  boolean isTiered() {
    return with.stream().allMatch(this::isTiered);
  }

  private boolean isTiered(AppRun run) {
    if (isAttached) {
      return run.spaceBytes() > 0 && run.leftBytes() > 0;
    }
    double spaceBytes = run.dataBytes() * SPACE_PART_MIN;
    return run.dataBytes() > 0
        && run.spaceBytes() >= spaceBytes
        && run.leftBytes() >= spaceBytes * EVICTED_PART_MIN;
  }

  /** Whether it shows what it should. */
  public boolean isGood() {
    return isEqual() && isTiered();
  }

  /** Whether it runs without the agent at all, given the flag. */
  boolean runsWithout() {
    return without.stream().allMatch(AppRun::hasEnded);
  }

  double secondsWith() {
    return Median.of(with.stream().mapToDouble(AppRun::seconds).toArray());
  }

  double secondsWithout() {
    return Median.of(without.stream().mapToDouble(AppRun::seconds).toArray());
  }

  long dataMib() {
    return mib(with.getLast().dataBytes());
  }

  long spaceMib() {
    return mib(with.getLast().spaceBytes());
  }

  long leftMib() {
    return mib(with.getLast().leftBytes());
  }

  long evictedMib() {
    return mib(with.getLast().evictedBytes());
  }

  long ordinaryMibWith() {
    return mib(with.getLast().ordinaryBytes());
  }

  long ordinaryMibWithout() {
    return mib(without.getLast().ordinaryBytes());
  }

  /** What went wrong, or what the agent has said; empty if nothing. */
  String words() {
    Stream<AppRun> heard =
        runsWithout() ? Stream.concat(with.stream(), without.stream()) : with.stream();
    return heard.map(AppRun::words).filter(words -> !words.isEmpty()).findFirst().orElse("");
  }

  /** In one line, for people. */
  public String describe() {
    return String.format(
        Locale.ROOT,
        "%s%s: %s, %d MiB of data, %d in the space, %d of it had left %d MiB of DRAM, %.1f s,"
            + " without the agent %s%s",
        app.label(),
        flag.isEmpty() ? "" : " " + flag,
        isEqual() ? "equal" : "DIFFERS",
        dataMib(),
        spaceMib(),
        leftMib(),
        dramMib,
        secondsWith(),
        runsWithout() ? String.format(Locale.ROOT, "%.1f", secondsWithout()) : "it does not run",
        words().isEmpty() ? "" : "; " + words());
  }

  JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("name", app.label())
            .put("flag", flag)
            .put("equal", isEqual())
            .put("tiered", isTiered())
            .put("runsWithout", runsWithout())
            .put("secondsWith", secondsWith());
    if (runsWithout()) {
      json.put("secondsWithout", secondsWithout());
    } else {
      json.putNull("secondsWithout");
    }
    return json.put("dramMib", dramMib)
        .put("dataMib", dataMib())
        .put("spaceMib", spaceMib())
        .put("leftMib", leftMib())
        .put("evictedMib", evictedMib())
        .put("ordinaryMibWith", ordinaryMibWith())
        .put("ordinaryMibWithout", ordinaryMibWithout())
        .put("resultHash", expectedHash)
        .put("settings", settings)
        .put("words", words());
  }

  private static long mib(long bytes) {
    return bytes >> 20;
  }
}
