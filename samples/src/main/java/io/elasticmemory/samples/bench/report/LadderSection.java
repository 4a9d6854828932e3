package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import io.elasticmemory.samples.bench.report.LadderRow.LadderRun;
import io.elasticmemory.samples.bench.report.Plot.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Our tiers beside what else there is: at a quarter of local memory, and at falling shares. */
final class LadderSection implements Section {
  private static final List<String> SUBJECTS =
      List.of("remote", "ssd", "compressed", "mmap-128k", "mmap-random", "swap", "zram");

  private static final List<String> RATIOS = List.of("50", "25", "10");
  private static final int SIZE_MIB = 256;
  private static final double SECONDS = 1;

  private final List<LadderRun> runs;

  /** A section about these runs, and about ladders of its own as far as time allows. */
  LadderSection(List<LadderRun> runs) {
    this.runs = List.copyOf(runs);
  }

  /** A ladder of falling shares: smaller than the runs of the rows, so that it fits the time. */
  private record Ladder(String pattern, int writesPercent, String data) {
    String[] words(Workloads workloads) {
      return new String[] {
        "ladder",
        "--pattern",
        pattern,
        "--writes",
        Integer.toString(writesPercent),
        "--data",
        data,
        "--subjects",
        String.join(",", SUBJECTS),
        "--ratios",
        workloads.choose(String.join(",", RATIOS), "50,25"),
        "--page-cluster",
        pageCluster(),
        "--size-mib",
        workloads.choose(Integer.toString(SIZE_MIB), "64"),
        "--seconds",
        workloads.choose(Double.toString(SECONDS), "0.1"),
        "--rounds",
        "1"
      };
    }

    /** The one that the kernel has, for what lies side by side; otherwise a page at a time. */
    private String pageCluster() {
      return pattern.equals("scan") ? "3" : "0";
    }

    Estimate estimate() {
      double seconds =
          SUBJECTS.stream()
              .mapToDouble(subject -> LadderRun.cellSeconds(pattern, subject, SIZE_MIB, SECONDS))
              .sum();
      return new Estimate(title(), seconds * RATIOS.size());
    }

    String title() {
      return "%s, %d %% writes, data: %s".formatted(pattern, writesPercent, data);
    }
  }

  private static final List<Ladder> LADDERS =
      List.of(new Ladder("random", 0, "half"), new Ladder("scan", 0, "random"));

  @Override
  public String name() {
    return "ladder";
  }

  @Override
  public List<Estimate> estimates() {
    return Stream.concat(
            runs.stream().map(LadderRun::estimate), LADDERS.stream().map(Ladder::estimate))
        .toList();
  }

  @Override
  public String render(Workloads workloads, Plots plots) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(rowRuns(workloads));
    for (Ladder ladder : LADDERS) {
      text.append("\n### ").append(ladder.title()).append("\n\n");
      text.append(ladder(workloads, plots, ladder));
    }
    return text.toString();
  }

  private MarkdownTable rowRuns(Workloads workloads) throws IOException {
    MarkdownTable table =
        new MarkdownTable(
            "pattern",
            "placement",
            "data MiB",
            "memory",
            "accesses/s",
            "p50 µs",
            "p99 µs",
            "CPU µs each",
            "pager MiB",
            "exporter MiB",
            "zram MiB");
    for (LadderRun run : runs) {
      for (String subject : run.subjects()) {
        String placement = run.pin().equals("one") ? "one CPU" : "not pinned";
        try {
          add(table, run, placement, LadderRun.cell(run.json(workloads), subject));
        } catch (NotMeasuredException e) {
          String size = Integer.toString(run.sizeMib());
          table.row(run.pattern(), placement, size, subject, "left out: " + e.reason());
        }
      }
    }
    return table;
  }

  private static void add(MarkdownTable table, LadderRun run, String placement, JsonTree cell) {
    table.row(
        run.pattern(),
        placement,
        Integer.toString(run.sizeMib()),
        cell.text("subject"),
        MarkdownTable.number(cell.number("accessesPerSecond"), 0),
        MarkdownTable.number(cell.number("p50Micros"), 1),
        MarkdownTable.number(cell.number("p99Micros"), 1),
        MarkdownTable.number(cell.number("cpuMicrosPerAccess"), 1),
        mib(cell, "pagerPssBytes"),
        mib(cell, "exporterPssBytes"),
        mib(cell, "zramUsedBytes"));
  }

  private static String mib(JsonTree cell, String field) {
    return MarkdownTable.number(cell.number(field) / (1 << 20), 0);
  }

  private static String ladder(Workloads workloads, Plots plots, Ladder ladder) throws IOException {
    try {
      JsonTree json = workloads.run(ladder.words(workloads));
      List<Series> series = new ArrayList<>();
      MarkdownTable table = table(json, series);
      Plot plot =
          new Plot(
              "ladder-" + ladder.pattern() + "-" + ladder.data(),
              ladder.title(),
              "local memory, percent of the data",
              "accesses per second",
              true,
              series);
      return (series.isEmpty() ? "" : plots.add(plot) + "\n") + table;
    } catch (NotMeasuredException e) {
      return "Left out: " + e.reason() + ".\n";
    }
  }

  /** A row for each kind of memory; kinds with a figure become series as well. */
  private static MarkdownTable table(JsonTree json, List<Series> series) {
    Map<String, List<JsonTree>> bySubject = new LinkedHashMap<>();
    for (JsonTree cell : json.get("cells").each()) {
      bySubject.computeIfAbsent(cell.text("subject"), _ -> new ArrayList<>()).add(cell);
    }
    MarkdownTable table = new MarkdownTable("memory", "local %: accesses/s");
    bySubject.forEach(
        (subject, cells) -> {
          table.row(subject, String.join(", ", cells.stream().map(LadderSection::words).toList()));
          List<JsonTree> measured = cells.stream().filter(LadderSection::isMeasured).toList();
          if (!measured.isEmpty()) {
            series.add(
                new Series(
                    subject,
                    measured.stream().map(cell -> cell.number("ratioPercent")).toList(),
                    measured.stream().map(cell -> cell.number("accessesPerSecond")).toList()));
          }
        });
    return table;
  }

  private static boolean isMeasured(JsonTree cell) {
    return cell.number("rounds") > 0;
  }

  private static String words(JsonTree cell) {
    String ratio = MarkdownTable.number(cell.number("ratioPercent"), 0) + ": ";
    if (isMeasured(cell)) {
      return ratio + MarkdownTable.number(cell.number("accessesPerSecond"), 0);
    }
    String why = cell.find("failure").or(() -> cell.find("skipped")).map(JsonTree::text).orElse("");
    return ratio + "left out (" + why + ")";
  }
}
