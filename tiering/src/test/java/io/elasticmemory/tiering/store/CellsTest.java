package io.elasticmemory.tiering.store;

import static io.elasticmemory.wire.CompressedLayout.CELL_BYTES;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CellsTest {
  private static final long CELLS_AT = 8192;

  private final MemorySegment bytes = Arena.ofAuto().allocate(70_000, 8);
  private final MemorySegment found = Arena.ofAuto().allocate(70_000, 8);

  /** A piece that is stored, filled with its own number. */
  private record Piece(long first, int length, byte fill) {}

  private static Cells cells(PlainMemory memory) {
    long count = (memory.segment().byteSize() - CELLS_AT) / CELL_BYTES;
    return new Cells(
        memory,
        0,
        memory.segment().byteSize(),
        CELLS_AT,
        count,
        length -> Arena.ofAuto().allocate(length, 8));
  }

  private Piece store(Cells cells, int length, int fill) {
    bytes.asSlice(0, length).fill((byte) fill);
    return new Piece(cells.store(bytes, length), length, (byte) fill);
  }

  private void assertHeld(Cells cells, Piece piece) {
    assertThat(cells.collect(piece.first, found, piece.length)).isTrue();
    for (int i = 0; i < piece.length; i++) {
      if (found.get(JAVA_BYTE, i) != piece.fill) {
        assertThat(found.get(JAVA_BYTE, i)).as("byte %d of %s", i, piece).isEqualTo(piece.fill);
      }
    }
  }

  @Test
  void holdsWhatAModelHoldsWhileItIsFullAndEmptyInTurn() {
    long seed = Long.getLong("emp.seed", System.nanoTime());
    System.out.println("CellsTest.holdsWhatAModelHolds… -Demp.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    PlainMemory memory = new PlainMemory(4 << 20);
    Cells cells = cells(memory);
    List<Piece> pieces = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < 40_000; i++) {
      boolean fills = i / 5_000 % 2 == 0;
      if (random.nextInt(100) < (fills ? 70 : 30)) {
        int length = 1 + random.nextInt(random.nextInt(20) == 0 ? 65_536 : 4096);
        Piece piece = store(cells, length, i);
        if (piece.first == CellMap.NONE) {
          refused++;
          assertThat(cells.roomBytes()).isLessThan(2L * length + 256);
        } else {
          pieces.add(piece);
        }
      } else if (!pieces.isEmpty()) {
        Piece piece = pieces.remove(random.nextInt(pieces.size()));
        assertHeld(cells, piece);
        cells.forget(piece.first, piece.length);
      }
      if (random.nextInt(4) == 0 && cells.isWasteful()) {
        cells.trim();
      }
      assertThat(cells.residentBytes())
          .isEqualTo((long) memory.taken.cardinality() * PlainMemory.PAGE_BYTES)
          .isGreaterThanOrEqualTo(cells.takenBytes());
    }
    assertThat(refused).isPositive();
    pieces.forEach(piece -> assertHeld(cells, piece));
    pieces.forEach(piece -> cells.forget(piece.first, piece.length));
    assertThat(cells.takenBytes()).isZero();
    assertAllGivenBack(cells);
  }

  private static void assertAllGivenBack(Cells cells) {
    for (int i = 0; i < 1_000 && cells.isWasteful(); i++) {
      cells.trim();
    }
    assertThat(cells.residentBytes()).isLessThanOrEqualTo(1 << 20);
  }

  @Test
  void fillsEveryHoleHoweverSmall() {
    PlainMemory memory = new PlainMemory(1 << 20);
    Cells cells = cells(memory);
    List<Piece> pieces = new ArrayList<>();
    for (Piece piece = store(cells, 100, 1); piece.first >= 0; piece = store(cells, 100, 1)) {
      pieces.add(piece);
    }
    assertThat(pieces).hasSize((1 << 20) / CELL_BYTES - (int) CELLS_AT / CELL_BYTES);
    int freed = 0;
    for (int i = 0; i < pieces.size(); i += 2) {
      cells.forget(pieces.get(i).first, 100);
      freed++;
    }
    int length = freed / 2 * 120;
    int stored = 0;
    for (; stored < length; stored += 12_000) {
      Piece piece = store(cells, 12_000, 7);
      assertThat(piece.first).as("after %d bytes of %d", stored, length).isNotNegative();
      assertHeld(cells, piece);
    }
    assertThat(stored).isPositive();
  }

  @Test
  void staysTogetherRatherThanTakeNewMemory() {
    PlainMemory memory = new PlainMemory(64 << 20);
    Cells cells = cells(memory);
    for (int i = 0; i < 100_000; i++) {
      Piece piece = store(cells, 3_000, i);
      cells.forget(piece.first, piece.length);
    }
    assertThat(cells.residentBytes()).isLessThanOrEqualTo(2 << 20);
  }

  @Test
  void refusesWithoutHarmWhenThereIsNoMemory() {
    PlainMemory memory = new PlainMemory(4 << 20);
    Cells cells = cells(memory);
    Piece kept = store(cells, 4096, 3);
    memory.pagesMax = memory.taken.cardinality();
    List<Piece> pieces = new ArrayList<>();
    for (Piece piece = store(cells, 4096, 4); piece.first >= 0; piece = store(cells, 4096, 4)) {
      pieces.add(piece);
    }
    assertThat(pieces).hasSizeGreaterThan(40);
    assertHeld(cells, kept);
    pieces.forEach(piece -> assertHeld(cells, piece));
    pieces.forEach(piece -> cells.forget(piece.first, piece.length));
    cells.forget(kept.first, kept.length);
    assertThat(cells.takenBytes()).isZero();
  }

  @Test
  void readsNothingOutsideItsCellsWhateverAChainSays() {
    long seed = Long.getLong("emp.seed", System.nanoTime());
    System.out.println("CellsTest.readsNothingOutside… -Demp.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    PlainMemory memory = new PlainMemory(1 << 20);
    Cells cells = cells(memory);
    Piece piece = store(cells, 3_000, 5);
    MemorySegment segment = memory.segment();
    long run = CELLS_AT + piece.first * CELL_BYTES;
    int honest = segment.get(JAVA_INT, run + 4);
    for (int i = 0; i < 10_000; i++) {
      int count = random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(30);
      int next = random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(10_000);
      segment.set(JAVA_INT, run, next);
      segment.set(JAVA_INT, run + 4, count);
      boolean collected = cells.collect(piece.first, found, 3_000);
      assertThat(collected && count != honest && count > honest).isFalse();
    }
    assertThat(cells.collect(-1, found, 100)).isFalse();
    assertThat(cells.collect(0xffff_ffffL, found, 100)).isFalse();
    segment.set(JAVA_INT, run + 4, 0);
    assertThatIllegalStateException()
        .isThrownBy(() -> cells.forget(piece.first, 3_000))
        .withMessageContaining("damaged");
  }
}
