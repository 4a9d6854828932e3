package io.elasticmemory.samples.bench;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.workload.Phase;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a run has shown.
 *
 * @param request what was run
 * @param blockBytes 0 in ordinary memory
 * @param subblockBytes 0 in ordinary memory
 * @param seconds wall time of all phases
 * @param phases what was done
 * @param operations as the workload counts them
 * @param wrongWords words that did not hold what they should
 * @param examples the first of them in words
 * @param resultHash over all words read
 * @param budgetBytes the DRAM budget; of several the largest
 * @param resident what was seen of the bytes present
 * @param residentDifferenceBytes at rest, the kernel's count less the pager's
 * @param pagerPssBytes memory of the pager
 * @param counters counted by the pager during the run; gauges as they stood at its end
 * @param resizes what became of the changes of the budget
 * @param collections garbage collections asked for
 */
public record BenchResult(
    BenchRequest request,
    int blockBytes,
    int subblockBytes,
    double seconds,
    List<Phase> phases,
    long operations,
    long wrongWords,
    List<String> examples,
    long resultHash,
    long budgetBytes,
    ResidentWatch.Seen resident,
    long residentDifferenceBytes,
    long pagerPssBytes,
    Map<Counter, Long> counters,
    Resizing.Done resizes,
    long collections)
    implements Findings {

  /** So many bytes above the budget are allowed: what is on its way. */
  public static final long OVER_BYTES_MAX = 64L << 20;

  @Override
  public void print(PrintWriter out) {
    new BenchTable(this, out).print();
  }

  @Override
  public JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("workload", request.workload())
            .put("mode", request.plan().mode().label())
            .put("sizeMib", request.sizeMib())
            .put("threads", request.threads())
            .put("blockBytes", blockBytes)
            .put("subblockBytes", subblockBytes)
            .put("seed", request.plan().seed())
            .put("skew", request.plan().skew().toString())
            .put("seconds", seconds)
            .put("operations", operations)
            .put("wrongWords", wrongWords)
            .put("wrongExamples", examples)
            .put("resultHash", "0x" + Long.toHexString(resultHash))
            .put("budgetBytes", budgetBytes)
            .put("residentBytesMax", resident.residentBytesMax())
            .put("residentOverBytesMax", resident.overBytesMax())
            .put("residentSamples", resident.samples())
            .put("residentGapMillisMax", resident.gapMillisMax())
            .put("residentDifferenceBytes", residentDifferenceBytes)
            .put("pagerPssBytes", pagerPssBytes);
    counted().forEach((counter, value) -> json.put(counter.name(), value));
    return json.put("resizes", resizes.reached())
        .put("shrinks", resizes.shrunk())
        .put("shrinkMibPerSecond", resizes.mibPerSecond())
        .put("collections", collections)
        .putObjects("phases", phases.stream().map(BenchResult::phaseJson).toList());
  }

  /** Whether every word was right. */
  public boolean isRight() {
    return wrongWords == 0;
  }

  @Override
  public boolean isSuccess() {
    return isRight();
  }

  /** Whether no more bytes were present than allowed. */
  public boolean isWithinBudget() {
    return resident.overBytesMax() <= OVER_BYTES_MAX;
  }

  /** Counters without those that were watched here, in the order of their declaration. */
  Map<Counter, Long> counted() {
    Map<Counter, Long> counted = new EnumMap<>(Counter.class);
    for (Counter counter : Counter.values()) {
      if (!isWatched(counter)) {
        counted.put(counter, counters.getOrDefault(counter, 0L));
      }
    }
    return counted;
  }

  /** The most of it is known better here than there. */
  private static boolean isWatched(Counter counter) {
    return switch (counter) {
      case residentBytes, budgetBytes, residentBytesMax -> true;
      default -> false;
    };
  }

  private static JsonObject phaseJson(Phase phase) {
    return new JsonObject()
        .put("name", phase.name())
        .put("accesses", phase.operations())
        .put("seconds", phase.seconds());
  }
}
