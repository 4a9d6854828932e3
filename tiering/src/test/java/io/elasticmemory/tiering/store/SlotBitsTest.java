package io.elasticmemory.tiering.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SlotBitsTest {
  private static final int SLOTS = 200;

  private final SlotBits bits = new SlotBits(SLOTS, bytes -> Arena.ofAuto().allocate(bytes, 8));

  @Test
  void isWhatASetIs() {
    SplittableRandom random = new SplittableRandom(7);
    TreeSet<Integer> set = new TreeSet<>();
    for (int i = 0; i < 20_000; i++) {
      int slot = random.nextInt(SLOTS);
      if (random.nextInt(10) < i / 2_000) {
        bits.remove(slot);
        set.remove(slot);
      } else {
        bits.add(slot);
        set.add(slot);
      }
      assertThat(bits.count()).isEqualTo(set.size());
      int from = random.nextInt(SLOTS);
      Integer next = set.ceiling(from);
      int expected = next != null ? next : set.isEmpty() ? -1 : set.first();
      assertThat(bits.next(from)).isEqualTo(expected);
    }
  }

  @Test
  void goesOnAtTheBeginningBehindTheLast() {
    SlotBits whole = new SlotBits(128, bytes -> Arena.ofAuto().allocate(bytes, 8));
    assertThat(whole.next(128)).isEqualTo(-1);
    whole.add(127);
    assertThat(whole.next(128)).isEqualTo(127);
    whole.add(5);
    assertThat(whole.next(128)).isEqualTo(5);
  }

  @Test
  void becomesWhatAnotherIs() {
    SlotBits other = new SlotBits(SLOTS, bytes -> Arena.ofAuto().allocate(bytes, 8));
    other.add(3);
    other.add(199);
    bits.add(64);
    bits.set(other);
    assertThat(bits.count()).isEqualTo(2);
    assertThat(bits.has(64)).isFalse();
    assertThat(bits.next(4)).isEqualTo(199);
    assertThat(bits.next(200)).isEqualTo(3);
  }
}
