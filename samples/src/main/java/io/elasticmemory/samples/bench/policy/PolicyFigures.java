package io.elasticmemory.samples.bench.policy;

import io.elasticmemory.samples.JsonObject;
import java.util.List;

/**
 * What came of one workload.
 *
 * @param accesses those measured
 * @param lruMisses of exact LRU, which sees every access
 * @param minMisses of Belady's MIN, which sees the future
 * @param replayed candidates that saw what a pager sees
 * @param real the pager itself, first as it is by default; empty without a space
 */
public record PolicyFigures(
    Workload workload,
    long accesses,
    long lruMisses,
    long minMisses,
    List<Replayed> replayed,
    List<Real> real) {

  public PolicyFigures {
    replayed = List.copyOf(replayed);
    real = List.copyOf(real);
  }

  /**
   * One candidate.
   *
   * @param touches faults for the sake of knowing that a block is in use
   * @param watches blocks unmapped to see that
   */
  public record Replayed(Candidate candidate, long misses, long touches, long watches) {}

  /**
   * The pager itself.
   *
   * @param sampling whether it saw touches
   * @param misses blocks that a thread had to wait for
   * @param touches faults on blocks that were unmapped to see whether they are in use
   * @param watches blocks unmapped to see that
   * @param seconds wall time of the measured accesses
   * @param pagerCpuSeconds CPU time of the pager in it
   * @param agreement misses of the replay of the same policy, divided by the pager's
   */
  public record Real(
      boolean sampling,
      long misses,
      long touches,
      long watches,
      double seconds,
      double pagerCpuSeconds,
      double agreement) {}

  /** Misses as a multiple of those of exact LRU. */
  double toLru(long misses) {
    return (double) misses / Math.max(1, lruMisses);
  }

  private double toMin(long misses) {
    return (double) misses / Math.max(1, minMisses);
  }

  JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("workload", workload.label())
            .put("accesses", accesses)
            .put("lruMisses", lruMisses)
            .put("minMisses", minMisses);
    if (!real.isEmpty()) {
      json.put("misses", real.getFirst().misses())
          .put("ratioToLru", toLru(real.getFirst().misses()))
          .putObjects("pager", real.stream().map(this::toJson).toList());
    }
    return json.putObjects("replays", replayed.stream().map(this::toJson).toList());
  }

  private JsonObject toJson(Real pager) {
    return new JsonObject()
        .put("sampling", pager.sampling())
        .put("misses", pager.misses())
        .put("ratioToLru", toLru(pager.misses()))
        .put("ratioToMin", toMin(pager.misses()))
        .put("faultsMinor", pager.touches())
        .put("blocksUnmapped", pager.watches())
        .put("seconds", pager.seconds())
        .put("pagerCpuSeconds", pager.pagerCpuSeconds())
        .put("replayToReal", pager.agreement());
  }

  private JsonObject toJson(Replayed one) {
    return new JsonObject()
        .put("policy", one.candidate().label())
        .put("misses", one.misses())
        .put("ratioToLru", toLru(one.misses()))
        .put("ratioToMin", toMin(one.misses()))
        .put("faultsMinor", one.touches())
        .put("blocksUnmapped", one.watches());
  }
}
