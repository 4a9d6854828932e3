package io.elasticmemory.tiering.pager;

import static io.elasticmemory.wire.UnmapQueueLayout.ASKED_AT;
import static io.elasticmemory.wire.UnmapQueueLayout.BYTES_AT;
import static io.elasticmemory.wire.UnmapQueueLayout.DONE_AT;
import static io.elasticmemory.wire.UnmapQueueLayout.ENTRIES;
import static io.elasticmemory.wire.UnmapQueueLayout.OFFSET_AT;
import static io.elasticmemory.wire.UnmapQueueLayout.entryAt;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The pager's end of a queue of ranges to unmap, see {@link
 * io.elasticmemory.wire.UnmapQueueLayout}. An application may be wrong: it cannot have done more
 * than it was asked for.
 */
final class UnmapWriter implements Unmaps {
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private final MemorySegment queue;
  private final Runnable bell;
  private final long first;
  private long asked;

  /**
   * A writer of a queue to which an earlier pager may have written.
   *
   * @param bell wakes the application
   */
  UnmapWriter(MemorySegment queue, Runnable bell) {
    this.queue = queue;
    this.bell = bell;
    first = (long) LONG.getAcquire(queue, ASKED_AT);
    asked = first;
  }

  @Override
  public boolean ask(long offset, long bytes) {
    if (asked - (long) LONG.getAcquire(queue, DONE_AT) >= ENTRIES) {
      return false;
    }
    long entry = entryAt(asked);
    queue.set(JAVA_LONG, entry + OFFSET_AT, offset);
    queue.set(JAVA_LONG, entry + BYTES_AT, bytes);
    asked++;
    LONG.setRelease(queue, ASKED_AT, asked);
    return true;
  }

  @Override
  public long done() {
    long done = (long) LONG.getAcquire(queue, DONE_AT);
    return Math.clamp(done - first, 0, asked - first);
  }

  @Override
  public boolean hasInherited() {
    return (long) LONG.getAcquire(queue, DONE_AT) - first < 0;
  }

  @Override
  public void announce() {
    bell.run();
  }
}
