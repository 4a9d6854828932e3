package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import io.elasticmemory.samples.bench.Median;
import io.elasticmemory.samples.bench.ladder.Workload;
import java.io.IOException;
import java.util.List;

/**
 * How many accesses of a second one kind of memory allows, as a multiple of what another allows, at
 * a quarter of local memory.
 *
 * @param run the workload, with all kinds of memory that rows compare in it
 * @param subject whose accesses, in the words of {@code emp bench ladder}
 * @param peer what they are compared with
 */
record LadderRow(
    String name, String title, Target target, LadderRun run, String subject, String peer)
    implements Row {

  @Override
  public String placement() {
    return run.placement();
  }

  @Override
  public Measurement measure(Workloads workloads) throws IOException, NotMeasuredException {
    JsonTree json = run.json(workloads);
    double[] ours = rates(json, subject);
    double[] theirs = rates(json, peer);
    int rounds = Math.min(ours.length, theirs.length);
    double[] ratios = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      ratios[i] = ours[i] / theirs[i];
    }
    return new Measurement(Median.of(ratios), rounds);
  }

  private static double[] rates(JsonTree json, String subject) throws NotMeasuredException {
    return LadderRun.cell(json, subject).get("roundAccessesPerSecond").each().stream()
        .mapToDouble(JsonTree::number)
        .toArray();
  }

  @Override
  public List<Estimate> estimates() {
    return List.of(run.estimate());
  }

  /**
   * All kinds of memory that the rows of a workload need, so that they take turns in one run.
   *
   * @param sizeMib memory to work on; local is a quarter of it
   */
  record LadderRun(
      String pattern, int writesPercent, String pin, int sizeMib, List<String> subjects) {
    private static final int ROUNDS = 3;
    private static final double SECONDS = 5;

    LadderRun {
      subjects = List.copyOf(subjects);
    }

    Estimate estimate() {
      double seconds =
          subjects.stream()
              .mapToDouble(
                  subject ->
                      cellSeconds(pattern, subject, sizeMib, SECONDS)
                          * (ROUNDS + (usesSwap(subject) ? 1 : 0)))
              .sum();
      return new Estimate("ladder " + pattern + " " + pin, seconds);
    }

    /** In the first round swap is tried with two page clusters. */
    static boolean usesSwap(String subject) {
      return subject.equals("swap") || subject.equals("zram");
    }

    /** Programs are started, memory is filled and read, the workload is warmed up and measured. */
    static double cellSeconds(String pattern, String subject, int sizeMib, double seconds) {
      double secondsPerMib =
          switch (subject) {
            case "tcp-floor" -> 0;
            case "swap", "zram" -> 0.005;
            case "remote", "ssd" -> 0.005;
            case "compressed" -> 0.012;
            default -> 0.0035;
          };
      int warmUp = Workload.find(pattern).orElseThrow().warmUp();
      return 2.5 + (1 + warmUp) * seconds + sizeMib * secondsPerMib;
    }

    String placement() {
      return pin.equals("one")
          ? "application, pager and exporter on one CPU; the kernel's paging likewise"
          : "default, nothing pinned";
    }

    JsonTree json(Workloads workloads) throws IOException, NotMeasuredException {
      return workloads.run(
          "ladder",
          "--pattern",
          pattern,
          "--writes",
          Integer.toString(writesPercent),
          "--pin",
          pin,
          "--ratios",
          "25",
          "--subjects",
          String.join(",", subjects),
          "--size-mib",
          workloads.choose(Integer.toString(sizeMib), "128"),
          "--seconds",
          workloads.choose(Double.toString(SECONDS), "0.2"),
          "--rounds",
          workloads.choose(Integer.toString(ROUNDS), "1"));
    }

    /**
     * What was found for one kind of memory.
     *
     * @throws NotMeasuredException if it was left out or failed
     */
    static JsonTree cell(JsonTree json, String subject) throws NotMeasuredException {
      for (JsonTree cell : json.get("cells").each()) {
        if (cell.text("subject").equals(subject)) {
          requireRounds(cell, subject);
          return cell;
        }
      }
      throw NotMeasuredException.failed("emp bench ladder says nothing of " + subject);
    }

    private static void requireRounds(JsonTree cell, String subject) throws NotMeasuredException {
      if (cell.find("failure").isPresent()) {
        throw NotMeasuredException.failed(subject + ": " + cell.text("failure"));
      }
      if (cell.number("rounds") < 1) {
        throw NotMeasuredException.leftOut(subject + ": " + cell.text("skipped"));
      }
    }
  }
}
