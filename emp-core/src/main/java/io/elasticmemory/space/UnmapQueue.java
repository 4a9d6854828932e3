package io.elasticmemory.space;

import static io.elasticmemory.wire.UnmapQueueLayout.ASKED_AT;
import static io.elasticmemory.wire.UnmapQueueLayout.BYTES_AT;
import static io.elasticmemory.wire.UnmapQueueLayout.DONE_AT;
import static io.elasticmemory.wire.UnmapQueueLayout.ENTRIES;
import static io.elasticmemory.wire.UnmapQueueLayout.OFFSET_AT;
import static io.elasticmemory.wire.UnmapQueueLayout.entryAt;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.port.SpaceMemory;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * The application's end of a queue of ranges to unmap, see {@link
 * io.elasticmemory.wire.UnmapQueueLayout}. Only the control thread works on it, and that thread has
 * ended before the memory of its space goes: a call that came later would zero whatever lives at
 * the address by then.
 */
final class UnmapQueue {
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private final MemorySegment queue;
  private final SpaceMemory memory;

  /** What others see of it they could also write. */
  private long done;

  private boolean refused;

  /** A queue in zeroed memory, about ranges of {@code memory}. */
  UnmapQueue(MemorySegment queue, SpaceMemory memory) {
    this.queue = queue;
    this.memory = memory;
  }

  /**
   * Unmaps what has been asked for.
   *
   * @param stopping asked between two of them; what is left then is never done
   */
  void serve(BooleanSupplier stopping) {
    long asked = (long) LONG.getAcquire(queue, ASKED_AT);
    // A pager that asks for more than there are entries is wrong, and is not heard.
    while (done < asked && asked - done <= ENTRIES && !refused && !stopping.getAsBoolean()) {
      unmap(entryAt(done));
      if (!refused) {
        done++;
        LONG.setRelease(queue, DONE_AT, done);
      }
    }
  }

  /**
   * One that cannot be, or that the kernel refuses, because memory is locked for instance, is the
   * last one tried.
   */
  private void unmap(long entry) {
    long offset = queue.get(JAVA_LONG, entry + OFFSET_AT);
    long bytes = queue.get(JAVA_LONG, entry + BYTES_AT);
    try {
      Objects.checkFromIndexSize(offset, bytes, memory.capacityBytes());
      memory.unmap(offset, bytes);
    } catch (RuntimeException e) {
      refused = true;
      PagerLog.get()
          .warn("the pager cannot see any more which blocks are in use: {}", e.getMessage());
    }
  }
}
