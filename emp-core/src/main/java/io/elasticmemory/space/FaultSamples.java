package io.elasticmemory.space;

import static io.elasticmemory.wire.FaultSampleLayout.KIND_AT;
import static io.elasticmemory.wire.FaultSampleLayout.NUMBER_AT;
import static io.elasticmemory.wire.FaultSampleLayout.OFFSET_AT;
import static io.elasticmemory.wire.FaultSampleLayout.RECORDS;
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
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The application's end of the samples of faults that the shards of a space take, see {@link
 * FaultSampleLayout}. One thread reads; any may switch them on and off.
 */
public final class FaultSamples {
  private static final VarHandle INT = JAVA_INT.varHandle();
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private final List<MemorySegment> shards;
  private final long[] read;
  private volatile @Nullable Thread reader;
  private long lost;

  /**
   * A fault that has begun, and may have ended since.
   *
   * @param shard that serves it
   * @param number counted in its shard, from 1
   * @param offset in the space
   * @param thread the kernel's id, 0 if unknown
   */
  public record Sample(int shard, long number, long offset, int thread) {}

  /**
   * What became of it.
   *
   * @param kind UNKNOWN if it has not been answered, or too much has happened since
   * @param waitNanos from the moment when the pager has read of it to its answer
   */
  public record Answer(FaultKind kind, long waitNanos) {
    static final Answer UNKNOWN = new Answer(FaultKind.UNKNOWN, 0);
  }

  /** Samples of each shard, in zeroed memory, which is formatted here. */
  FaultSamples(List<MemorySegment> shards) {
    this.shards = List.copyOf(shards);
    read = new long[shards.size()];
    shards.forEach(FaultSampleLayout::format);
  }

  /** Switches them on or off; the pager hears of it with its next faults. */
  public void want(boolean wanted) {
    shards.forEach(samples -> INT.setVolatile(samples, WANTED_AT, wanted ? 1 : 0));
  }

  /** The pager has rung: there may be new ones. */
  void announced() {
    Thread waiting = reader;
    if (waiting != null) {
      LockSupport.unpark(waiting);
    }
  }

  /** Waits for new samples, for so long at most, or a moment for no reason. */
  public void await(long nanos) {
    reader = Thread.currentThread();
    if (!hasNew()) {
      LockSupport.parkNanos(this, nanos);
    }
  }

  private boolean hasNew() {
    for (int shard = 0; shard < read.length; shard++) {
      if (written(shard) != read[shard]) {
        return true;
      }
    }
    return false;
  }

  /** How many there have been; a pager that says less than none is not believed. */
  private long written(int shard) {
    return Math.max(0, (long) LONG.getAcquire(shards.get(shard), WRITTEN_AT));
  }

  /** Forgets what there is, and counts nothing of it as lost. */
  public void skip() {
    for (int shard = 0; shard < read.length; shard++) {
      read[shard] = written(shard);
    }
  }

  /** Gives those that are new to {@code sink}, in the order of each shard. */
  public void poll(Consumer<Sample> sink) {
    for (int shard = 0; shard < read.length; shard++) {
      long written = written(shard);
      long behind = written - read[shard];
      if (behind < 0 || behind > RECORDS) {
        lost += behind < 0 ? 0 : behind - RECORDS;
        read[shard] = Math.max(0, written - RECORDS);
      }
      while (read[shard] < written) {
        read[shard]++;
        give(shard, read[shard], sink);
      }
    }
  }

  private void give(int shard, long number, Consumer<Sample> sink) {
    MemorySegment samples = shards.get(shard);
    long at = recordAt(number);
    long before = (long) LONG.getAcquire(samples, at + NUMBER_AT);
    Sample sample =
        new Sample(
            shard,
            number,
            samples.get(JAVA_LONG, at + OFFSET_AT),
            samples.get(JAVA_INT, at + THREAD_AT));
    if (before == number && isStill(samples, at, number)) {
      sink.accept(sample);
    } else {
      lost++;
    }
  }

  private static boolean isStill(MemorySegment samples, long at, long number) {
    VarHandle.loadLoadFence();
    return (long) LONG.getOpaque(samples, at + NUMBER_AT) == number;
  }

  /** What has become of a fault by now. */
  public Answer answer(Sample sample) {
    MemorySegment samples = shards.get(sample.shard());
    long at = recordAt(sample.number());
    FaultKind kind = FaultKind.of((int) INT.getAcquire(samples, at + KIND_AT));
    Answer answer = new Answer(kind, samples.get(JAVA_LONG, at + WAIT_NANOS_AT));
    return kind != FaultKind.UNKNOWN && isStill(samples, at, sample.number())
        ? answer
        : Answer.UNKNOWN;
  }

  /** Samples that were overwritten before they were read; for the thread that reads. */
  public long lost() {
    return lost;
  }
}
