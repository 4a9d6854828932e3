package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.Tier;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class SlotMapTest {
  private static final int BLOCK = 65536;
  private static final int SLOTS = 130;

  /** Of blocks, which nobody asks for here. */
  private static final int ANY = 7;

  private final MemorySegment noted = MemorySegment.ofArray(new long[3]);

  private SlotMap map(MemorySegment where, boolean isFirst) {
    return map(SLOTS, where, isFirst);
  }

  private static SlotMap map(int slots, MemorySegment where, boolean isFirst) {
    return new SlotMap(
        new Room(slots * (long) BLOCK),
        BLOCK,
        Integer.MAX_VALUE,
        1,
        where,
        isFirst,
        bytes -> Arena.ofAuto().allocate(bytes, 8));
  }

  private SlotMap first() {
    return map(noted, true);
  }

  private SlotMap successor() {
    return map(noted, false);
  }

  @Test
  void aSuccessorKnowsAtOnceWhatWasTakenAndGivesOnlyTheRest() {
    SlotMap first = first();
    for (int i = 0; i < 100; i++) {
      assertThat(first.take(ANY)).isEqualTo(i);
    }
    first.give(7);

    SlotMap successor = successor();

    assertThat(successor.isNoted()).isTrue();
    assertThat(successor.free()).isEqualTo(SLOTS - 99);
    assertThat(successor.take(ANY)).isEqualTo(7);
    assertThat(successor.take(ANY)).isEqualTo(100);
    successor.adopt(99, ANY);
    assertThat(successor.free()).isEqualTo(SLOTS - 101);
  }

  @Test
  void aSuccessorCountsWhatWasTakenOfManySlots() {
    int slots = 100_001;
    MemorySegment many = MemorySegment.ofArray(new long[slots / 64 + 1]);
    SlotMap first = map(slots, many, true);
    for (int i = 0; i < slots - 5; i++) {
      int _ = first.take(ANY);
    }
    first.give(0);
    first.give(64 * 512);

    assertThat(map(slots, many, false).free()).isEqualTo(7);
  }

  @Test
  void freesWhatNoBlockNamesWhenAllHaveBeenLookedAt() {
    SlotMap first = first();
    for (int i = 0; i < 70; i++) {
      int _ = first.take(ANY);
    }
    SlotMap successor = successor();
    successor.adopt(3, ANY);
    successor.adopt(69, ANY);
    int since = successor.take(ANY);

    assertThat(successor.sweep(0, 1) + successor.sweep(64, 10)).isEqualTo(68);

    assertThat(since).isEqualTo(70);
    assertThat(successor.free()).isEqualTo(SLOTS - 3);
    assertThat(successor().free()).as("as the next one finds it").isEqualTo(SLOTS - 3);
  }

  @Test
  void stopsWhereABlockNamesWhatWasNotNoted() {
    int _ = first().take(ANY);

    assertThatThrownBy(() -> successor().adopt(1, ANY)).hasMessageContaining("named and not noted");
  }

  @Test
  void stopsWhereTwoBlocksNameTheSame() {
    int taken = first().take(ANY);
    SlotMap successor = successor();
    successor.adopt(taken, ANY);

    assertThatThrownBy(() -> successor.adopt(taken, ANY)).hasMessageContaining("named twice");
    assertThatThrownBy(() -> successor.adopt(SLOTS, ANY)).hasMessageContaining("named twice");
  }

  @Test
  void whatWasTakenSinceTheTakeOverMayNotBeNamedByAnOldBlock() {
    SlotMap successor = successor();
    int taken = successor.take(ANY);

    assertThatThrownBy(() -> successor.adopt(taken, ANY)).hasMessageContaining("named twice");
  }

  @Test
  void withoutNotesAllLooksFreeUntilItIsFound() {
    int _ = map(MemorySegment.NULL, true).take(ANY);
    SlotMap successor = map(MemorySegment.NULL, false);

    assertThat(successor.isNoted()).isFalse();
    assertThat(successor.free()).isEqualTo(SLOTS);
    successor.adopt(5, ANY);
    assertThat(successor.free()).isEqualTo(SLOTS - 1);
    assertThat(successor.sweep(0, 10)).isZero();
  }

  /** Nothing but its size. */
  private record Room(long grantedBytes) implements Donor {
    @Override
    public String name() {
      return "room";
    }

    @Override
    public Tier tier() {
      return Tier.SSD;
    }

    @Override
    public boolean isElsewhere() {
      return false;
    }

    @Override
    public boolean start(Transfer transfer) {
      return false;
    }

    @Override
    public int poll(Ended ended) {
      return 0;
    }

    @Override
    public String lastFailure() {
      return "";
    }

    @Override
    public void close() {}
  }
}
