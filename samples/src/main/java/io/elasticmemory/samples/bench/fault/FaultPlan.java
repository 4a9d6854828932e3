package io.elasticmemory.samples.bench.fault;

import java.util.List;

/**
 * What to measure.
 *
 * @param tiers which, in this order
 * @param rounds measurements of each, floor and EMP in turn; their medians are reported
 * @param faults in one measurement
 * @param warmUpFaults before the first measurement, so that the pager's code is compiled
 * @param placement who runs where
 * @param seed chooses the order of touches
 * @param withFloor measure the C program too
 * @param withLargerBlocks measure blocks of 64 KiB too
 * @param copies of what exporters have; the C program keeps none
 * @param encrypted whether donors get sealed bytes; the C program's never are
 * @param way to exporters; that of the C program is always TCP on the loopback device
 */
public record FaultPlan(
    List<FaultTier> tiers,
    int rounds,
    int faults,
    int warmUpFaults,
    Placement placement,
    long seed,
    boolean withFloor,
    boolean withLargerBlocks,
    FaultCopies copies,
    boolean encrypted,
    FaultWay way) {
  public FaultPlan {
    tiers = List.copyOf(tiers);
  }
}
