package io.elasticmemory.tiering.pager;

import static io.elasticmemory.wire.FaultSampleLayout.KIND_AT;
import static io.elasticmemory.wire.FaultSampleLayout.NUMBER_AT;
import static io.elasticmemory.wire.FaultSampleLayout.OFFSET_AT;
import static io.elasticmemory.wire.FaultSampleLayout.PER_SECOND_MAX;
import static io.elasticmemory.wire.FaultSampleLayout.THREAD_AT;
import static io.elasticmemory.wire.FaultSampleLayout.WAIT_NANOS_AT;
import static io.elasticmemory.wire.FaultSampleLayout.WANTED_AT;
import static io.elasticmemory.wire.FaultSampleLayout.WRITTEN_AT;
import static io.elasticmemory.wire.FaultSampleLayout.recordAt;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.wire.FaultKind;
import io.elasticmemory.wire.FaultSampleLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/**
 * The pager's end of the samples of faults, see {@link FaultSampleLayout}. Used by the shard's
 * thread; allocates nothing and waits for nobody.
 */
public final class SampleWriter {
  private static final VarHandle INT = JAVA_INT.varHandle();
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private final MemorySegment samples;
  private final long tickNanos;
  private final Runnable bell;
  private long written;

  /**
   * A writer of samples that an earlier pager may have written.
   *
   * @param shards of the space, which share the samples of a second
   * @param bell wakes the application
   * @throws IllegalArgumentException if the application has formatted them otherwise
   */
  public SampleWriter(MemorySegment samples, int shards, Runnable bell) {
    FaultSampleLayout.check(samples);
    this.samples = samples;
    this.bell = bell;
    tickNanos = TimeUnit.SECONDS.toNanos(shards) / PER_SECOND_MAX;
    written = (long) LONG.getAcquire(samples, WRITTEN_AT);
  }

  /** The least time between two samples. */
  long tickNanos() {
    return tickNanos;
  }

  boolean isWanted() {
    return (int) INT.getOpaque(samples, WANTED_AT) != 0;
  }

  /** Writes a fault that has just been read, and says so. */
  void begun(long offset, int thread) {
    long number = written + 1;
    long at = recordAt(number);
    LONG.setOpaque(samples, at + NUMBER_AT, 0L);
    VarHandle.storeStoreFence();
    samples.set(JAVA_LONG, at + OFFSET_AT, offset);
    samples.set(JAVA_INT, at + THREAD_AT, thread);
    samples.set(JAVA_INT, at + KIND_AT, 0);
    LONG.setRelease(samples, at + NUMBER_AT, number);
    written = number;
    LONG.setRelease(samples, WRITTEN_AT, number);
    bell.run();
  }

  /** The fault written last has been answered. */
  void answered(FaultKind kind, long waitNanos) {
    long at = recordAt(written);
    samples.set(JAVA_LONG, at + WAIT_NANOS_AT, waitNanos);
    INT.setRelease(samples, at + KIND_AT, kind.ordinal());
  }
}
