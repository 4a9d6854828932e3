package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import io.elasticmemory.samples.bench.Median;
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

  /** All kinds of memory that the rows of a workload need, so that they take turns in one run. */
  record LadderRun(String pattern, int writesPercent, String pin, List<String> subjects) {
    LadderRun {
      subjects = List.copyOf(subjects);
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
          workloads.choose("4096", "128"),
          "--seconds",
          workloads.choose("5", "0.5"),
          "--rounds",
          workloads.choose("3", "1"));
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
