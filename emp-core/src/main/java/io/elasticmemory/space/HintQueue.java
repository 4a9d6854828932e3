package io.elasticmemory.space;

import static io.elasticmemory.wire.HintQueueLayout.CELLS;
import static io.elasticmemory.wire.HintQueueLayout.HEAD_AT;
import static io.elasticmemory.wire.HintQueueLayout.TAIL_AT;
import static io.elasticmemory.wire.HintQueueLayout.cellAt;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The application's end of a queue of hints, see {@link io.elasticmemory.wire.HintQueueLayout}. Any
 * thread may offer at any time; nobody waits for anybody.
 */
final class HintQueue {
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private final MemorySegment queue;

  /** A queue in zeroed memory. */
  HintQueue(MemorySegment queue) {
    this.queue = queue;
  }

  /** Says that the byte at this offset of the space will be read soon; false if it is full. */
  boolean offer(long offset) {
    long tail = (long) LONG.getVolatile(queue, TAIL_AT);
    while (true) {
      if (tail - (long) LONG.getAcquire(queue, HEAD_AT) >= CELLS) {
        return false;
      }
      long found = (long) LONG.compareAndExchange(queue, TAIL_AT, tail, tail + 1);
      if (found == tail) {
        LONG.setRelease(queue, cellAt(tail), offset + 1);
        return true;
      }
      tail = found;
    }
  }
}
