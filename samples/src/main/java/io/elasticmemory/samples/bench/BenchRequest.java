package io.elasticmemory.samples.bench;

import io.elasticmemory.samples.workload.CellShape;
import io.elasticmemory.samples.workload.Plan;

/**
 * One run of a workload.
 *
 * @param workload its name
 * @param shape how it cuts its memory
 * @param plan what it does
 * @param sizeMib memory it uses
 * @param threads that work
 * @param resizing whether and how the budget changes meanwhile
 * @param gcLoop whether garbage is collected all the time meanwhile
 */
public record BenchRequest(
    String workload,
    CellShape shape,
    Plan plan,
    long sizeMib,
    int threads,
    Resize resizing,
    boolean gcLoop) {

  /**
   * The two sizes of a changing budget.
   *
   * @param minMib 0 if the budget does not change
   * @param maxMib 0 if the budget does not change
   */
  public record Resize(long minMib, long maxMib) {
    /** The budget stays. */
    public static final Resize NEVER = new Resize(0, 0);

    /** Whether the budget changes. */
    public boolean isWanted() {
      return maxMib > 0;
    }
  }
}
