package io.elasticmemory.tiering.pager;

import static io.elasticmemory.wire.HintQueueLayout.CELLS;
import static io.elasticmemory.wire.HintQueueLayout.EMPTY;
import static io.elasticmemory.wire.HintQueueLayout.HEAD_AT;
import static io.elasticmemory.wire.HintQueueLayout.QUEUE_BYTES;
import static io.elasticmemory.wire.HintQueueLayout.TAIL_AT;
import static io.elasticmemory.wire.HintQueueLayout.cellAt;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Stripes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class HintReaderTest {
  private static final long CAPACITY_BYTES = 1 << 20;

  private final MemorySegment queue = Arena.ofAuto().allocate(QUEUE_BYTES, 64);
  private final Stripes stripes = Stripes.one(CAPACITY_BYTES);
  private final HintReader hints = new HintReader(queue, stripes, 0);
  private long tail;

  private void put(long cell) {
    queue.set(JAVA_LONG, cellAt(tail++), cell);
  }

  @Test
  void givesAPlaceUntilItIsTaken() {
    put(1);
    put(CAPACITY_BYTES);

    assertThat(hints.next()).isZero();
    assertThat(hints.next()).isZero();
    hints.taken();
    assertThat(hints.next()).isEqualTo(CAPACITY_BYTES - 1);
    hints.taken();
    assertThat(hints.next()).isEqualTo(Hints.NONE);
    assertThat(queue.get(JAVA_LONG, HEAD_AT)).isEqualTo(2);
    assertThat(queue.get(JAVA_LONG, cellAt(0))).isEqualTo(EMPTY);
  }

  @Test
  void passesOverPlacesThatAreNotInTheSpace() {
    put(CAPACITY_BYTES + 1);
    put(-1);
    put(Long.MIN_VALUE);
    put(Long.MAX_VALUE);
    put(4097);

    assertThat(hints.next()).isEqualTo(4096);
    assertThat(queue.get(JAVA_LONG, HEAD_AT)).isEqualTo(4);
  }

  /** Else no hint would ever be taken again. */
  @Test
  void goesOnWhereThePagerBeforeHasEmptiedACellAndDied() {
    put(EMPTY);
    put(4097);
    queue.set(JAVA_LONG, TAIL_AT, tail);

    HintReader next = new HintReader(queue, stripes, 0);
    assertThat(next.next()).isEqualTo(4096);
    next.taken();
    assertThat(next.next()).isEqualTo(Hints.NONE);
    assertThat(queue.get(JAVA_LONG, HEAD_AT)).isEqualTo(2);
    assertThat(new HintReader(queue, stripes, 0).next()).isEqualTo(Hints.NONE);
    assertThat(queue.get(JAVA_LONG, HEAD_AT)).isEqualTo(2);
  }

  /** Two shards that see to the same block would both write its entry in the table. */
  @Test
  void passesOverPlacesOfAnotherShard() {
    Stripes two = new Stripes(CAPACITY_BYTES, CAPACITY_BYTES / 2, 2);
    put(CAPACITY_BYTES / 2);
    put(CAPACITY_BYTES / 2 + 1);

    assertThat(new HintReader(queue, two, 1).next()).isEqualTo(CAPACITY_BYTES / 2);
    assertThat(queue.get(JAVA_LONG, HEAD_AT)).isEqualTo(1);
    assertThat(new HintReader(queue, two, 0).next()).isEqualTo(Hints.NONE);
  }

  @Test
  void doesNotGoOnForEverOverWrongPlaces() {
    for (int i = 0; i < CELLS; i++) {
      put(-1);
    }
    assertThat(hints.next()).isEqualTo(Hints.NONE);
    assertThat(queue.get(JAVA_LONG, HEAD_AT)).isLessThan(CELLS);
  }

  @Test
  void goesOnWhereAnEarlierPagerHasStopped() {
    put(5);
    put(6);
    hints.taken();

    assertThat(new HintReader(queue, stripes, 0).next()).isEqualTo(5);
  }

  @Test
  void waitsForACellThatIsClaimedAndNotYetFilled() {
    tail++;
    put(5);
    assertThat(hints.next()).isEqualTo(Hints.NONE);
    queue.set(JAVA_LONG, cellAt(0), 9);
    assertThat(hints.next()).isEqualTo(8);
  }
}
