package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Clock;
import io.elasticmemory.port.SharedMemory;

/**
 * Puts the block table into huge pages, piece by piece, wherever all of it is in use. A pager that
 * dies is not followed before the kernel has taken it out of its page tables, and its successor has
 * to be put into them: 12 ms and more for 236 MiB in small pages, 0.1 in huge ones.
 *
 * <p>For one thread that may wait, not that of a shard: a piece takes a millisecond or two.
 */
final class TableCollapse {
  /** Time for it, each time. */
  private static final long SLICE_NANOS = 2_000_000;

  /** Between the end of the table and its beginning: what is in use changes slowly. */
  private static final long REST_NANOS = 60_000_000_000L;

  private final SharedMemory table;
  private final Clock clock;
  private final long end;
  private long next;
  private long restUntil;

  /** Nothing was done yet. */
  TableCollapse(SharedMemory table, Clock clock) {
    this.table = table;
    this.clock = clock;
    end = table.segment().byteSize() & -SharedMemory.HUGE_PAGE_BYTES;
    restUntil = clock.nanoTime();
  }

  /** Does some pieces, at least one, unless the whole table has been done a short while ago. */
  void goOn() {
    long begin = clock.nanoTime();
    if (begin - restUntil < 0) {
      return;
    }
    while (next < end) {
      table.collapse(next);
      next += SharedMemory.HUGE_PAGE_BYTES;
      if (clock.nanoTime() - begin >= SLICE_NANOS) {
        return;
      }
    }
    next = 0;
    restUntil = clock.nanoTime() + REST_NANOS;
  }
}
