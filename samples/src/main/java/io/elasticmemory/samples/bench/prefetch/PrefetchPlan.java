package io.elasticmemory.samples.bench.prefetch;

import io.elasticmemory.samples.bench.fault.Placement;
import java.util.Optional;

/**
 * What to measure.
 *
 * @param sizeMib memory that is read
 * @param dramMib DRAM of the space; the rest is on the disk
 * @param blockBytes bytes of a block, of which a subblock of 4 KiB is read
 * @param reads in one measurement
 * @param ahead places that are asked for before the one that is read; 0 for none
 * @param batch places that are asked for with one call
 * @param rounds measurements, disk and EMP in turn; their medians are reported
 * @param warmUpReads before the first measurement, so that code is compiled and DRAM full
 * @param placement who runs where; empty if nothing is pinned
 * @param withFloor measure the C program too
 */
public record PrefetchPlan(
    int sizeMib,
    int dramMib,
    int blockBytes,
    int reads,
    int ahead,
    int batch,
    int rounds,
    int warmUpReads,
    Optional<Placement> placement,
    boolean withFloor) {

  /** Reads that the disk is asked for at the same time, to compare with. */
  int depth() {
    return Math.max(1, ahead);
  }
}
