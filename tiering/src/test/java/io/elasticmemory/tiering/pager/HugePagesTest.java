package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Memories;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HugePagesTest {
  private static final long PIECE = Memories.HUGE_PAGE_BYTES;
  private static final long MILLI = 1_000_000;

  private final MemorySegment room = Arena.ofAuto().allocate(15 * PIECE, PIECE);
  private final List<Long> done = new ArrayList<>();
  private final Set<Long> untouched = new HashSet<>();
  private long nanos = 5;
  private long pieceNanos = 4 * MILLI;
  private final HugePages pages = new HugePages(this::collapse, () -> nanos);

  private boolean collapse(MemorySegment piece) {
    assertThat(piece.byteSize()).isEqualTo(PIECE);
    assertThat(piece.address() % PIECE).isZero();
    long index = (piece.address() - room.address()) / PIECE;
    done.add(index);
    nanos += pieceNanos;
    return !untouched.contains(index);
  }

  private MemorySegment memory(long at, long bytes) {
    return room.asSlice(at, bytes);
  }

  @Test
  void doesEachWholePieceOnceAndThenRests() {
    pages.add(memory(PIECE - 8, 2 * PIECE));
    pages.add(memory(10 * PIECE, 4 * PIECE + 4096));
    pages.goOn();
    assertThat(done).containsExactly(1L, 10L);
    pages.goOn();
    assertThat(done).containsExactly(1L, 10L, 11L, 12L);
    for (int i = 0; i < 10; i++) {
      pages.goOn();
    }
    assertThat(done).containsExactly(1L, 10L, 11L, 12L, 13L);
    nanos += 60_000 * MILLI;
    pages.goOn();
    assertThat(done).hasSize(7).endsWith(1L, 10L);
  }

  @Test
  void looksAgainSoonAtWhatIsNotInUseYetAndOnlyAtThat() {
    pages.add(memory(0, 4 * PIECE));
    pieceNanos = MILLI;
    untouched.addAll(List.of(1L, 3L));
    pages.goOn();
    assertThat(done).containsExactly(0L, 1L, 2L, 3L);
    pages.goOn();
    assertThat(done).hasSize(4);

    nanos += 2_000 * MILLI;
    untouched.remove(3L);
    pages.goOn();
    assertThat(done).hasSize(6).endsWith(1L, 3L);

    nanos += 2_000 * MILLI;
    pages.goOn();
    assertThat(done).hasSize(7).endsWith(1L);
  }

  @Test
  void doesOnePieceAtATimeWhereItTakesLong() {
    pages.add(memory(0, 2 * PIECE));
    pieceNanos = 100 * MILLI;
    pages.goOn();
    assertThat(done).containsExactly(0L);
    pages.goOn();
    assertThat(done).containsExactly(0L, 1L);
  }

  @Test
  void leavesSmallMemoryAlone() {
    pages.add(memory(4096, PIECE));
    pages.goOn();
    assertThat(done).isEmpty();
  }
}
