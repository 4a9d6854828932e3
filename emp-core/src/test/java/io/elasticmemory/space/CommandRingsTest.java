package io.elasticmemory.space;

import static io.elasticmemory.wire.CommandRingLayout.ASKED;
import static io.elasticmemory.wire.CommandRingLayout.CLOSE;
import static io.elasticmemory.wire.CommandRingLayout.DISCARD;
import static io.elasticmemory.wire.CommandRingLayout.DONE;
import static io.elasticmemory.wire.CommandRingLayout.ENTRIES;
import static io.elasticmemory.wire.CommandRingLayout.HINTS_AT;
import static io.elasticmemory.wire.CommandRingLayout.LOAD;
import static io.elasticmemory.wire.CommandRingLayout.PREFETCH;
import static io.elasticmemory.wire.CommandRingLayout.RESIZE;
import static io.elasticmemory.wire.CommandRingLayout.RESULT_AT;
import static io.elasticmemory.wire.CommandRingLayout.RING_BYTES;
import static io.elasticmemory.wire.CommandRingLayout.STATE_AT;
import static io.elasticmemory.wire.CommandRingLayout.UNLOAD;
import static io.elasticmemory.wire.CommandRingLayout.entryAt;
import static io.elasticmemory.wire.HintQueueLayout.cellAt;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.Stripes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Three shards whose pager answers what a test says. */
class CommandRingsTest {
  private static final long STRIPE = Stripes.STRIPE_BYTES_MIN;

  private final List<MemorySegment> memories = new ArrayList<>();
  private final List<Integer> bells = new ArrayList<>();
  private final CommandRings rings = new CommandRings(Stripes.of(7 * STRIPE, 3), rings());

  private List<CommandRing> rings() {
    return IntStream.range(0, 3)
        .mapToObj(
            shard -> {
              memories.add(Arena.ofAuto().allocate(RING_BYTES, 8));
              return new CommandRing(memories.getLast(), () -> bells.add(shard));
            })
        .toList();
  }

  private int asked(int shard) {
    MemorySegment ring = memories.get(shard);
    return (int)
        IntStream.range(0, ENTRIES)
            .filter(i -> ring.get(JAVA_INT, entryAt(i) + STATE_AT) == ASKED)
            .count();
  }

  private void answer(int shard, long result) {
    MemorySegment ring = memories.get(shard);
    for (int i = 0; i < ENTRIES; i++) {
      if (ring.get(JAVA_INT, entryAt(i) + STATE_AT) == ASKED) {
        ring.set(JAVA_LONG, entryAt(i) + RESULT_AT, result);
        ring.set(JAVA_INT, entryAt(i) + STATE_AT, DONE);
      }
    }
    rings.collect();
  }

  @Test
  void aCommandGoesToTheShardsOfItsRangeOnly() {
    CompletableFuture<Long> _ = rings.ask(DISCARD, STRIPE, STRIPE);
    assertThat(bells).containsExactly(1);

    CompletableFuture<Long> _ = rings.ask(DISCARD, 2 * STRIPE - 4096, 8192);
    assertThat(bells).containsExactly(1, 1, 2);

    rings.hint(PREFETCH, 6 * STRIPE, 4096, 0);
    assertThat(bells).containsExactly(1, 1, 2, 0);
  }

  @Test
  void aCommandByStripeIsAskedOfEachAndDoneWhenAllHaveAnswered() {
    CompletableFuture<Long> asked = rings.askByStripe(LOAD, STRIPE - 4096, 3 * STRIPE);
    assertThat(bells).containsExactly(0, 1, 2, 0);
    assertThat(asked(0)).isEqualTo(2);

    answer(0, 0);
    answer(1, 1);
    assertThat(asked).isNotDone();
    answer(2, 0);
    assertThat(asked).isCompletedWithValue(1L);
  }

  @Test
  void aPlaceIsHintedToItsShardWhichIsRungOnce() {
    rings.hint(4096, new long[] {0, STRIPE, 8192, 4 * STRIPE});

    assertThat(bells).containsExactly(0, 1);
    assertThat(memories.get(0).get(JAVA_LONG, HINTS_AT + cellAt(1))).isEqualTo(12289);
    assertThat(memories.get(1).get(JAVA_LONG, HINTS_AT + cellAt(1))).isEqualTo(4 * STRIPE + 4097);
    assertThat(memories.get(2).get(JAVA_LONG, HINTS_AT + cellAt(0))).isZero();
  }

  @Test
  void aCommandIsOverWhenAllItsShardsHaveAnswered() {
    CompletableFuture<Long> discard = rings.ask(DISCARD, 0, 3 * STRIPE);
    answer(2, 0);
    answer(0, 0);
    assertThat(discard).isNotDone();

    answer(1, 0);

    assertThat(discard).isCompletedWithValue(0L);
  }

  @Test
  void anyAnswerThatIsNotZeroIsTheAnswer() {
    CompletableFuture<Long> unload = rings.ask(UNLOAD, 0, 3 * STRIPE);
    answer(0, 0);
    answer(1, 0);
    answer(2, 17);

    assertThat(unload).isCompletedWithValue(17L);
  }

  @Test
  void whatConcernsTheWholeSpaceIsAskedOfTheFirst() {
    CompletableFuture<Long> resize = rings.askFirst(RESIZE, 1L << 30);
    assertThat(bells).containsExactly(0);

    answer(0, 0);

    assertThat(resize).isCompletedWithValue(0L);
  }

  @Test
  void allCloseAndAllAnswerTheLastCommand() {
    CompletableFuture<Long> pending = rings.ask(DISCARD, 0, 2 * STRIPE);
    rings.close();
    assertThat(pending).isCompletedExceptionally();
    assertThatThrownBy(() -> rings.ask(DISCARD, 0, STRIPE)).isInstanceOf(EmpException.class);

    CompletableFuture<Long> last = rings.askLast(CLOSE);
    assertThat(IntStream.range(0, 3).map(this::asked)).containsExactly(2, 2, 1);
    answer(0, 0);
    answer(1, 0);
    assertThat(last).isNotDone();
    answer(2, 0);
    assertThat(last).isCompletedWithValue(0L);
  }
}
