package io.elasticmemory.samples.bench.elastic;

import io.elasticmemory.samples.bench.ladder.DataKind;
import io.elasticmemory.samples.bench.ladder.KernelTuning;
import io.elasticmemory.samples.bench.ladder.LadderRequest;
import io.elasticmemory.samples.bench.ladder.Pinning;
import io.elasticmemory.samples.bench.ladder.Subject;
import io.elasticmemory.samples.bench.ladder.Workload;
import java.util.List;

/**
 * What to measure.
 *
 * @param workloads in this order
 * @param tier {@link Subject#REMOTE} or {@link Subject#SSD}
 * @param sizeMib memory
 * @param localPercent share of it that has room in DRAM
 * @param seconds how long a run of scan and random is measured; memcheck ends by itself
 * @param rounds how often; the medians count
 * @param pinning who runs where
 * @param seed chooses data and places
 */
public record ElasticPlan(
    List<ElasticWorkload> workloads,
    Subject tier,
    long sizeMib,
    int localPercent,
    double seconds,
    int rounds,
    Pinning pinning,
    long seed) {
  /** The pager wants so many blocks, and the largest have 2 MiB. */
  public static final long DRAM_MIB_MIN = 32;

  public ElasticPlan {
    workloads = List.copyOf(workloads);
  }

  /** DRAM of each space. */
  public long dramMib() {
    return sizeMib * localPercent / 100;
  }

  /** The same as the ladder asks for it. */
  LadderRequest request(ElasticWorkload workload) {
    return new LadderRequest(
        workload == ElasticWorkload.RANDOM ? Workload.RANDOM : Workload.SCAN,
        0,
        1,
        DataKind.RANDOM,
        sizeMib,
        List.of(localPercent),
        List.of(tier),
        seconds,
        rounds,
        pinning,
        0,
        0,
        KernelTuning.AS_IT_IS,
        seed);
  }
}
