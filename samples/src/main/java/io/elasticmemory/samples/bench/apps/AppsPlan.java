package io.elasticmemory.samples.bench.apps;

import java.util.List;

/**
 * What to run.
 *
 * @param apps in this order
 * @param dataMib data of each, 0 for as much as each has when there is time
 * @param rounds how often; the medians of seconds count, and every run must be equal
 * @param flags options of the JVM, each of which is tried by itself; empty for none
 * @param jvmOptions more of them for every run
 * @param min the agent's option of that name, empty for what each library needs
 * @param attachSeconds with how old a program the agent is loaded; 0 for one that starts with it
 * @param seed chooses data and places
 */
public record AppsPlan(
    List<App> apps,
    long dataMib,
    int rounds,
    List<String> flags,
    List<String> jvmOptions,
    String min,
    int attachSeconds,
    long seed) {
  /** What the agent must get on with: checks, collectors, headers, and limits below the data. */
  public static final List<String> FLAGS =
      List.of(
          "-Xcheck:jni",
          "-XX:+UseZGC",
          "-XX:+UseCompactObjectHeaders",
          "-XX:MaxDirectMemorySize=16m",
          "-Xmx32m");

  /** Data of each when there is little time. */
  public static final long QUICK_MIB = 96;

  /** The DRAM budget is one part in so many of the data. */
  public static final int DRAM_PART = 4;

  public AppsPlan {
    apps = List.copyOf(apps);
    flags = List.copyOf(flags);
    jvmOptions = List.copyOf(jvmOptions);
  }

  /** Every program once as it is and once with the agent, with so much data and nothing else. */
  public static AppsPlan of(App app, long dataMib, long seed) {
    return new AppsPlan(List.of(app), dataMib, 1, List.of(), List.of(), "", 0, seed);
  }

  /** The same with options of the JVM, each of which is tried by itself. */
  public AppsPlan withFlags(List<String> tried) {
    return new AppsPlan(apps, dataMib, rounds, tried, jvmOptions, min, attachSeconds, seed);
  }

  /** The same with the agent loaded so long after the start. */
  public AppsPlan attachedAfter(int seconds) {
    return new AppsPlan(apps, dataMib, rounds, flags, jvmOptions, min, seconds, seed);
  }

  /** Whether the agent comes to programs that run. */
  boolean isAttached() {
    return attachSeconds > 0;
  }

  /** Data of one. */
  long dataMib(App app) {
    return dataMib == 0 ? app.longMib() : dataMib;
  }

  /** What the agent redirects is at least so large. */
  String min(App app) {
    return min.isEmpty() ? app.min() : min;
  }

  /** DRAM for it. */
  long dramMib(App app) {
    return dataMib(app) / DRAM_PART;
  }
}
