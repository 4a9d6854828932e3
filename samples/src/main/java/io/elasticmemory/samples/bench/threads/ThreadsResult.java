package io.elasticmemory.samples.bench.threads;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Findings;
import io.elasticmemory.samples.bench.fault.FaultTier;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The outcome of a run.
 *
 * @param plan what was asked for
 * @param cpus of this machine
 * @param cells in the order of tiers, placements, shards and threads
 * @param hash over all words read
 */
public record ThreadsResult(ThreadsPlan plan, int cpus, List<Cell> cells, long hash)
    implements Findings {
  /** A copy nobody else can change. */
  public ThreadsResult {
    cells = List.copyOf(cells);
  }

  /**
   * One measurement.
   *
   * @param nanos from the start of all threads to the end of the last
   * @param pagerCpuNanos of the pager meanwhile
   * @param exporterCpuNanos of the exporter meanwhile, 0 without one
   */
  record Sample(long nanos, long pagerCpuNanos, long exporterCpuNanos) {}

  /**
   * So many threads on so many shards.
   *
   * @param pagerPssBytes at the end
   * @param exporterPssBytes at the end, with the memory it lends; 0 without one
   */
  record Cell(
      FaultTier tier,
      Pinned pinned,
      int shards,
      int threads,
      int faults,
      List<Sample> samples,
      long pagerPssBytes,
      long exporterPssBytes) {

    Cell {
      samples = List.copyOf(samples);
    }

    double faultsPerSecond() {
      return faults * 1e9 / median(Sample::nanos);
    }

    double pagerCpuMicros() {
      return median(Sample::pagerCpuNanos) / faults / 1e3;
    }

    double exporterCpuMicros() {
      return median(Sample::exporterCpuNanos) / faults / 1e3;
    }

    private double median(ToDoubleFunction<Sample> figure) {
      double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
      int middle = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** More threads run at a time than there are CPUs. */
    boolean isOversubscribed(int cpus) {
      return threads > (pinned == Pinned.NONE ? cpus : 1);
    }
  }

  /** The cells of a tier. */
  private List<Cell> of(FaultTier tier) {
    return cells.stream().filter(cell -> cell.tier() == tier).toList();
  }

  /**
   * How much more so many threads get than one, each at its best placement and number of shards; 0
   * if one of them was not measured.
   */
  double speedup(FaultTier tier, int threads) {
    double one = best(tier, 1);
    return one > 0 ? best(tier, threads) / one : 0;
  }

  private double best(FaultTier tier, int threads) {
    return of(tier).stream()
        .filter(cell -> cell.threads() == threads)
        .mapToDouble(Cell::faultsPerSecond)
        .max()
        .orElse(0);
  }

  @Override
  public void print(PrintWriter out) {
    new ThreadsTable(this, out).print();
  }

  @Override
  public JsonObject toJson() {
    return new JsonObject()
        .put("workload", "threads")
        .put("cpus", cpus)
        .put("rounds", plan.rounds())
        .put("faults", plan.faults())
        .put("seed", plan.seed())
        .putObjects("tiers", plan.tiers().stream().map(this::toJson).toList())
        .putObjects("cells", cells.stream().map(this::toJson).toList())
        .put("resultHash", Long.toHexString(hash));
  }

  private JsonObject toJson(FaultTier tier) {
    int most = plan.threads().stream().mapToInt(Integer::intValue).max().orElse(1);
    JsonObject json = new JsonObject().put("tier", tier.label());
    for (int threads : plan.threads()) {
      json.put("speedup" + threads, speedup(tier, threads));
    }
    return json.put("threadsMax", most);
  }

  private JsonObject toJson(Cell cell) {
    Sample[] samples = cell.samples().toArray(Sample[]::new);
    return new JsonObject()
        .put("tier", cell.tier().label())
        .put("pin", cell.pinned().label())
        .put("shards", cell.shards())
        .put("threads", cell.threads())
        .put("oversubscribed", cell.isOversubscribed(cpus))
        .put("faultsPerSecond", cell.faultsPerSecond())
        .putNumbers("seconds", Arrays.stream(samples).map(sample -> sample.nanos() / 1e9).toList())
        .put("pagerCpuMicros", cell.pagerCpuMicros())
        .put("exporterCpuMicros", cell.exporterCpuMicros())
        .put("pagerPssBytes", cell.pagerPssBytes())
        .put("exporterPssBytes", cell.exporterPssBytes());
  }
}
