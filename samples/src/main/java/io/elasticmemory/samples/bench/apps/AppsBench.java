package io.elasticmemory.samples.bench.apps;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.samples.process.AgentJar;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs each program without the agent and with it, in turn: a quarter of the data has room in DRAM,
 * half of it at an exporter on loopback, the rest goes to a spill file.
 */
public final class AppsBench {
  private static final long SLAB_MIB = 64;

  /** What is written more than once, or freed late, may take so many times the data. */
  private static final int SPILL_TIMES = 4;

  private static final String HEAP = "-Xmx128m";

  private final AppsPlan plan;
  private final Workplace workplace;
  private final Progress progress;
  private final BuiltApps built = BuiltApps.find();
  private int spills;
  private int done;

  /**
   * A bench that has not begun.
   *
   * @param workplace for exporters, spill files and the programs
   */
  public AppsBench(AppsPlan plan, Workplace workplace, Progress progress) {
    this.plan = plan;
    this.workplace = workplace;
    this.progress = progress;
  }

  /**
   * Runs it.
   *
   * @throws EmpException of kind PLATFORM if something was not built, of kind DONOR if there is no
   *     room for spill files
   */
  public AppsResult run() throws IOException {
    List<AppRow> rows = new ArrayList<>();
    for (App app : plan.apps()) {
      requireRoom(app);
      done = 0;
      progress.begin("apps, " + app.label(), runsPerApp(), () -> done);
      try {
        rows.addAll(rows(app));
      } finally {
        progress.end();
      }
    }
    return new AppsResult(plan, rows);
  }

  private long runsPerApp() {
    return plan.flags().isEmpty()
        ? 2L * plan.rounds()
        : 1 + 2L * plan.rounds() * plan.flags().size();
  }

  private void requireRoom(App app) throws IOException {
    long usableMib = Files.getFileStore(workplace.directory()).getUsableSpace() >> 20;
    if (usableMib < spillMib(app)) {
      throw new EmpException(
          Kind.DONOR,
          "%s has %d MiB free, %s may need %d; free some, or run it with --quick"
              .formatted(workplace.directory(), usableMib, app.label(), spillMib(app)));
    }
  }

  private List<AppRow> rows(App app) throws IOException {
    if (plan.flags().isEmpty()) {
      return List.of(row(app, "", ""));
    }
    // What it finds without anything is what it must find with everything.
    String hash = run(app, options(app, "")).hash();
    List<AppRow> rows = new ArrayList<>();
    for (String flag : plan.flags()) {
      rows.add(row(app, flag, hash));
    }
    return rows;
  }

  private AppRow row(App app, String flag, String knownHash) throws IOException {
    List<String> options = options(app, flag);
    List<AppRun> without = new ArrayList<>();
    List<AppRun> with = new ArrayList<>();
    for (int round = 0; round < plan.rounds(); round++) {
      without.add(run(app, options));
      with.add(runWithAgent(app, options));
    }
    String hash = knownHash.isEmpty() ? without.getFirst().hash() : knownHash;
    String settings = "min=" + plan.min(app) + " " + String.join(" ", options);
    return new AppRow(
        app, flag, without, with, hash, plan.dramMib(app), settings, plan.isAttached());
  }

  private List<String> options(App app, String flag) {
    List<String> options = new ArrayList<>();
    options.add(HEAP);
    // More than the JVM would allow by itself, and than is left behind for the collector.
    options.add("-XX:MaxDirectMemorySize=" + SPILL_TIMES * plan.dataMib(app) + "m");
    options.addAll(app.jvmOptions());
    options.addAll(plan.jvmOptions());
    if (!flag.isEmpty()) {
      options.add(flag);
    }
    return options;
  }

  private AppRun runWithAgent(App app, List<String> options) throws IOException {
    long remoteMib = slabs(plan.dataMib(app) / 2);
    LocalExporter exporter = LocalExporter.start(workplace, remoteMib);
    try {
      String path =
          "dram:%d|%s|%s:%d:0?reserve=lazy"
              .formatted(
                  plan.dramMib(app),
                  exporter.entry(remoteMib),
                  workplace.directory().resolve("spill" + spills++),
                  spillMib(app));
      return plan.isAttached() ? attach(app, options, path) : runWith(app, options, path);
    } finally {
      Workplace.end(exporter.process());
    }
  }

  private AppRun runWith(App app, List<String> options, String path) throws IOException {
    List<String> all = new ArrayList<>(options);
    all.add("-javaagent:%s=min=%s,path=%s".formatted(AgentJar.find(), plan.min(app), path));
    return run(app, all);
  }

  private AppRun attach(App app, List<String> options, String path) throws IOException {
    List<String> all = new ArrayList<>(options);
    all.add("-XX:+EnableDynamicAgentLoading");
    done++;
    return new AppProcess(workplace, built, app, plan.dataMib(app), plan.seed())
        .attach(all, plan.attachSeconds(), path, plan.min(app));
  }

  private AppRun run(App app, List<String> options) throws IOException {
    done++;
    return new AppProcess(workplace, built, app, plan.dataMib(app), plan.seed()).run(options);
  }

  private long spillMib(App app) {
    return slabs(SPILL_TIMES * plan.dataMib(app)) + 2 * SLAB_MIB;
  }

  private static long slabs(long mib) {
    return Math.max(1, (mib + SLAB_MIB - 1) / SLAB_MIB) * SLAB_MIB;
  }
}
