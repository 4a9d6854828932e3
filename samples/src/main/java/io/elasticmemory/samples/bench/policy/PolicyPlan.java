package io.elasticmemory.samples.bench.policy;

import io.elasticmemory.samples.bench.fault.Placement;
import java.util.List;

/**
 * What to measure.
 *
 * @param workloads patterns of access
 * @param dataMib memory that is accessed
 * @param dramMib the budget
 * @param blockBytes block and subblock: the unit of all policies
 * @param accesses measured accesses; as many go before them
 * @param placement of the real pager; the replays run anywhere
 * @param withSpace whether the real pager runs too
 * @param seed chooses the accesses
 */
public record PolicyPlan(
    List<Workload> workloads,
    long dataMib,
    long dramMib,
    int blockBytes,
    int accesses,
    Placement placement,
    boolean withSpace,
    long seed) {

  public PolicyPlan {
    workloads = List.copyOf(workloads);
  }

  int blocks() {
    return (int) ((dataMib << 20) / blockBytes);
  }

  int room() {
    return (int) ((dramMib << 20) / blockBytes);
  }
}
