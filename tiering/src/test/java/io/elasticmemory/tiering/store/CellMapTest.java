package io.elasticmemory.tiering.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellMapTest {
  private static CellMap map(long cells) {
    return new CellMap(cells, bytes -> Arena.ofAuto().allocate(bytes, 8));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 63, 64, 65, 4096, 4097, 300_000})
  void findsTheFirstAndTheLastCellAndNoneBehindIt(long cells) {
    CellMap map = map(cells);
    assertThat(map.nextFree(0)).isZero();
    assertThat(map.nextFree(cells - 1)).isEqualTo(cells - 1);
    assertThat(map.nextFree(cells)).isEqualTo(CellMap.NONE);
    assertThat(map.run(0, Integer.MAX_VALUE)).isEqualTo((int) cells);
    map.take(0, (int) cells);
    assertThat(map.nextFree(0)).isEqualTo(CellMap.NONE);
    assertThat(map.free()).isZero();
    map.give(cells - 1, 1);
    assertThat(map.nextFree(0)).isEqualTo(cells - 1);
  }

  @Test
  void refusesToTakeWhatIsTakenAndToGiveWhatIsFree() {
    CellMap map = map(1000);
    map.take(100, 10);
    assertThatIllegalStateException()
        .isThrownBy(() -> map.take(109, 1))
        .withMessageContaining("109");
    assertThatIllegalStateException().isThrownBy(() -> map.give(99, 2)).withMessageContaining("99");
    assertThatIllegalStateException()
        .isThrownBy(() -> map.take(999, 2))
        .withMessageContaining("1000");
  }

  @Test
  void answersAsABitSetDoes() {
    long seed = Long.getLong("emp.seed", System.nanoTime());
    System.out.println("CellMapTest.answersAsABitSetDoes -Demp.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    int cells = 64 * 64 * 3 + random.nextInt(64);
    CellMap map = map(cells);
    BitSet model = new BitSet();
    for (int i = 0; i < 20_000; i++) {
      int at = random.nextInt(cells);
      int count = 1 + random.nextInt(Math.min(200, cells - at));
      if (random.nextInt(100) < 55) {
        int free = model.nextClearBit(at);
        int run = Math.min(nextSet(model, free, cells) - free, count);
        if (free < cells && run > 0) {
          map.take(free, run);
          model.set(free, free + run);
        }
      } else {
        int taken = model.nextSetBit(at);
        if (taken >= 0) {
          int run = Math.min(model.nextClearBit(taken) - taken, count);
          map.give(taken, run);
          model.clear(taken, taken + run);
        }
      }
      int free = model.nextClearBit(at);
      assertThat(map.nextFree(at)).isEqualTo(free < cells ? free : CellMap.NONE);
      assertThat(map.run(at, count))
          .isEqualTo(model.get(at) ? 0 : Math.min(count, nextSet(model, at, cells) - at));
      assertThat(map.free()).isEqualTo(cells - model.cardinality());
    }
  }

  private static int nextSet(BitSet model, int from, int cells) {
    int set = model.nextSetBit(from);
    return set < 0 ? cells : set;
  }
}
