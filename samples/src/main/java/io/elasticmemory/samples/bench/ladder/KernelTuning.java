package io.elasticmemory.samples.bench.ladder;

import java.util.OptionalInt;

/**
 * Settings of the kernel's own paging while peers run.
 *
 * @param pageCluster vm.page-cluster for swap; absent: 0 and 3 are tried in the first round and the
 *     better one stays
 * @param readAheadKib how much of a mapped file is read ahead; absent: as the disk has it
 */
public record KernelTuning(OptionalInt pageCluster, OptionalInt readAheadKib) {
  /** What a user has who sets nothing, with the better page cluster. */
  public static final KernelTuning AS_IT_IS =
      new KernelTuning(OptionalInt.empty(), OptionalInt.empty());
}
