package io.elasticmemory.tiering.pager;

import static io.elasticmemory.wire.HintQueueLayout.EMPTY;
import static io.elasticmemory.wire.HintQueueLayout.HEAD_AT;
import static io.elasticmemory.wire.HintQueueLayout.TAIL_AT;
import static io.elasticmemory.wire.HintQueueLayout.cellAt;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.port.Stripes;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The pager's end of a queue of hints, see {@link io.elasticmemory.wire.HintQueueLayout}. An
 * application may be wrong: a place that is not in the space, or is another shard's, is passed
 * over.
 */
final class HintReader implements Hints {
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  /** Wrong places passed over in one call. */
  private static final int WRONG_MAX = 64;

  private final MemorySegment queue;
  private final Stripes stripes;
  private final int shard;
  private long head;

  /**
   * A reader of a queue that may have been read by an earlier pager.
   *
   * @param stripes of the space
   * @param shard whose queue it is
   */
  HintReader(MemorySegment queue, Stripes stripes, int shard) {
    this.queue = queue;
    this.stripes = stripes;
    this.shard = shard;
    head = (long) LONG.getAcquire(queue, HEAD_AT);
    boolean isAwaited = (long) LONG.getVolatile(queue, TAIL_AT) - head > 0;
    if (isAwaited && (long) LONG.getAcquire(queue, cellAt(head)) == EMPTY) {
      // The pager before emptied it and went no further; if it is just being filled instead, that
      // hint is lost, or read a round later.
      taken();
    }
  }

  @Override
  public long next() {
    for (int i = 0; i < WRONG_MAX; i++) {
      long cell = (long) LONG.getAcquire(queue, cellAt(head));
      if (cell == EMPTY) {
        return NONE;
      }
      if (stripes.isOwn(shard, cell - 1, 1)) {
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
