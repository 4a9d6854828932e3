package io.elasticmemory.tiering.pager;

import static io.elasticmemory.wire.HintQueueLayout.EMPTY;
import static io.elasticmemory.wire.HintQueueLayout.HEAD_AT;
import static io.elasticmemory.wire.HintQueueLayout.cellAt;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The pager's end of a queue of hints, see {@link io.elasticmemory.wire.HintQueueLayout}. An
 * application may be wrong: a place that is not in the space is passed over.
 */
final class HintReader implements Hints {
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  /** Wrong places passed over in one call. */
  private static final int WRONG_MAX = 64;

  private final MemorySegment queue;
  private final long capacityBytes;
  private long head;

  /**
   * A reader of a queue that may have been read by an earlier pager.
   *
   * @param capacityBytes length of the space
   */
  HintReader(MemorySegment queue, long capacityBytes) {
    this.queue = queue;
    this.capacityBytes = capacityBytes;
    head = (long) LONG.getAcquire(queue, HEAD_AT);
  }

  @Override
  public long next() {
    for (int i = 0; i < WRONG_MAX; i++) {
      long cell = (long) LONG.getAcquire(queue, cellAt(head));
      if (cell == EMPTY) {
        return NONE;
      }
      if (cell > 0 && cell <= capacityBytes) {
        return cell - 1;
      }
      taken();
    }
    return NONE;
  }

  @Override
  public void taken() {
    LONG.setRelease(queue, cellAt(head), EMPTY);
    head++;
    LONG.setRelease(queue, HEAD_AT, head);
  }
}
