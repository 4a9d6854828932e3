package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Handle;
import io.elasticmemory.port.SharedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableCollapseTest {
  private static final long PIECE = SharedMemory.HUGE_PAGE_BYTES;
  private static final long MILLI = 1_000_000;

  private long nanos = 5;

  /** One that takes its time for each piece. */
  private final class SlowMemory implements SharedMemory {
    private final MemorySegment segment;
    private final List<Long> collapsed = new ArrayList<>();
    private long pieceNanos = MILLI;

    SlowMemory(long bytes) {
      segment = Arena.ofAuto().allocate(bytes);
    }

    @Override
    public MemorySegment segment() {
      return segment;
    }

    @Override
    public void collapse(long offset) {
      collapsed.add(offset / PIECE);
      nanos += pieceNanos;
    }

    @Override
    public Handle handle() {
      throw new UnsupportedOperationException("nobody else shares it");
    }

    @Override
    public void close() {}
  }

  @Test
  void doesEachWholePieceOnceAndThenRests() {
    SlowMemory table = new SlowMemory(5 * PIECE + 4096);
    TableCollapse collapse = new TableCollapse(table, () -> nanos);
    collapse.goOn();
    assertThat(table.collapsed).containsExactly(0L, 1L);
    collapse.goOn();
    assertThat(table.collapsed).containsExactly(0L, 1L, 2L, 3L);
    for (int i = 0; i < 10; i++) {
      collapse.goOn();
    }
    assertThat(table.collapsed).containsExactly(0L, 1L, 2L, 3L, 4L);
    nanos += 60_000 * MILLI;
    collapse.goOn();
    assertThat(table.collapsed).hasSize(7).endsWith(0L, 1L);
  }

  @Test
  void doesOnePieceAtATimeWhereItTakesLong() {
    SlowMemory table = new SlowMemory(2 * PIECE);
    table.pieceNanos = 100 * MILLI;
    TableCollapse collapse = new TableCollapse(table, () -> nanos);
    collapse.goOn();
    assertThat(table.collapsed).containsExactly(0L);
    collapse.goOn();
    assertThat(table.collapsed).containsExactly(0L, 1L);
  }

  @Test
  void leavesASmallTableAlone() {
    SlowMemory table = new SlowMemory(4096);
    new TableCollapse(table, () -> nanos).goOn();
    assertThat(table.collapsed).isEmpty();
  }
}
