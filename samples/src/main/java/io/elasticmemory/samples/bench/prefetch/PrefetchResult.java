package io.elasticmemory.samples.bench.prefetch;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Findings;
import io.elasticmemory.samples.bench.fault.Placement;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The outcome of a run.
 *
 * @param plan what was asked for
 * @param rounds in the order in which they were measured
 * @param pagerPssBytes memory of the pager at the end
 * @param hash over all words read
 */
public record PrefetchResult(PrefetchPlan plan, List<Round> rounds, long pagerPssBytes, long hash)
    implements Findings {

  /**
   * Disk and EMP, one after the other.
   *
   * @param emp reads through a space
   * @param disk reads of the C program, if it was asked for
   */
  record Round(PrefetchSpace.Sample emp, Optional<DiskFloor.Rate> disk) {
    double ratio() {
      return emp.perSecond() / disk.orElseThrow().perSecond();
    }
  }

  public PrefetchResult {
    rounds = List.copyOf(rounds);
  }

  double readsPerSecond() {
    return median(round -> round.emp().perSecond());
  }

  double diskReadsPerSecond() {
    return median(round -> round.disk().orElseThrow().perSecond());
  }

  /** The median of the rounds' own ratios: both sides of each saw the same disturbance. */
  double ratio() {
    return median(Round::ratio);
  }

  double pagerCpuMicros() {
    return median(round -> round.emp().pagerCpuNanos() / 1e3 / round.emp().reads());
  }

  double diskCpuMicros() {
    DiskFloor.Rate none = new DiskFloor.Rate(1, 1, 0);
    return median(
        round -> {
          DiskFloor.Rate disk = round.disk().orElse(none);
          return disk.cpuNanos() / 1e3 / disk.requests();
        });
  }

  /** Of all reads, those that had to wait in a fault. */
  double faultsPerRead() {
    return median(round -> (double) round.emp().faults() / round.emp().reads());
  }

  /** Pages that came from the disk, for each that was read: more than 1 was brought in vain. */
  double pagesPerRead() {
    return median(
        round ->
            (double) round.emp().bytesFromDisk() / PrefetchSpace.PAGE_BYTES / round.emp().reads());
  }

  private double median(ToDoubleFunction<Round> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[middle]
        : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
  }

  @Override
  public void print(PrintWriter out) {
    new PrefetchTable(this, out).print();
  }

  @Override
  public JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("workload", "prefetch")
            .put("sizeMib", plan.sizeMib())
            .put("dramMib", plan.dramMib())
            .put("blockBytes", plan.blockBytes())
            .put("readBytes", PrefetchSpace.PAGE_BYTES)
            .put("reads", plan.reads())
            .put("warmUpReads", plan.warmUpReads())
            .put("ahead", plan.ahead())
            .put("batch", plan.batch())
            .put("rounds", plan.rounds())
            .put("pin", plan.placement().map(Placement::label).orElse("none"))
            .put("readsPerSecond", readsPerSecond())
            .put("faultsPerRead", faultsPerRead())
            .put("pagesPerRead", pagesPerRead())
            .put("pagerCpuMicrosPerRead", pagerCpuMicros())
            .put("pagerCpuSeconds", pagerCpuSeconds())
            .put("pagerPssBytes", pagerPssBytes);
    if (plan.withFloor()) {
      json.put("diskReadsPerSecond", diskReadsPerSecond())
          .put("diskCpuMicrosPerRead", diskCpuMicros())
          .put("ratio", ratio());
    }
    return json.put("resultHash", Long.toHexString(hash));
  }

  private double pagerCpuSeconds() {
    return rounds.stream().mapToLong(round -> round.emp().pagerCpuNanos()).sum() / 1e9;
  }
}
