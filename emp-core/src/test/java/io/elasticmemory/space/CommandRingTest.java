package io.elasticmemory.space;

import static io.elasticmemory.wire.CommandRingLayout.ASKED;
import static io.elasticmemory.wire.CommandRingLayout.ASKED_AT;
import static io.elasticmemory.wire.CommandRingLayout.BYTES_AT;
import static io.elasticmemory.wire.CommandRingLayout.CLOSE;
import static io.elasticmemory.wire.CommandRingLayout.DISCARD;
import static io.elasticmemory.wire.CommandRingLayout.DONE;
import static io.elasticmemory.wire.CommandRingLayout.ENTRIES;
import static io.elasticmemory.wire.CommandRingLayout.FREE;
import static io.elasticmemory.wire.CommandRingLayout.OFFSET_AT;
import static io.elasticmemory.wire.CommandRingLayout.OPERATION_AT;
import static io.elasticmemory.wire.CommandRingLayout.ORDER_AT;
import static io.elasticmemory.wire.CommandRingLayout.PREFETCH;
import static io.elasticmemory.wire.CommandRingLayout.RESULT_AT;
import static io.elasticmemory.wire.CommandRingLayout.RING_BYTES;
import static io.elasticmemory.wire.CommandRingLayout.STATE_AT;
import static io.elasticmemory.wire.CommandRingLayout.UNLOAD;
import static io.elasticmemory.wire.CommandRingLayout.entryAt;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CommandRingTest {
  private final MemorySegment memory = Arena.ofAuto().allocate(RING_BYTES, 8);
  private int rings;
  private final CommandRing ring = new CommandRing(memory, () -> rings++);

  @Test
  void writesACommandAndRings() {
    CompletableFuture<Long> answer = ring.ask(UNLOAD, 1 << 20, 2 << 20, 7);

    int entry = entriesIn(ASKED).getFirst();
    assertThat(memory.get(JAVA_INT, entryAt(entry) + OPERATION_AT)).isEqualTo(UNLOAD);
    assertThat(memory.get(JAVA_LONG, entryAt(entry) + OFFSET_AT)).isEqualTo(1 << 20);
    assertThat(memory.get(JAVA_LONG, entryAt(entry) + BYTES_AT)).isEqualTo(2 << 20);
    assertThat(memory.get(JAVA_LONG, ASKED_AT)).isEqualTo(1);
    assertThat(rings).isEqualTo(1);
    assertThat(answer).isNotDone();
  }

  @Test
  void completesWhatIsDoneAndFreesItsEntry() {
    CompletableFuture<Long> first = ring.ask(UNLOAD, 0, 4096, 0);
    CompletableFuture<Long> second = ring.ask(UNLOAD, 4096, 4096, 0);

    finish(entriesIn(ASKED).getLast(), 17);
    ring.collect();

    assertThat(second).isCompletedWithValue(17L);
    assertThat(first).isNotDone();
    assertThat(entriesIn(ASKED)).hasSize(1);
    assertThat(entriesIn(DONE)).isEmpty();
    assertThat(entriesIn(FREE)).hasSize(ENTRIES - 1);
  }

  @Test
  void keepsInOrderWhatDoesNotFitAndAsksForItWhenThereIsRoom() {
    List<CompletableFuture<Long>> answers = new ArrayList<>();
    for (int i = 0; i < ENTRIES + 3; i++) {
      answers.add(ring.ask(DISCARD, 4096L * i, 4096, 0));
    }
    assertThat(memory.get(JAVA_LONG, ASKED_AT)).isEqualTo(ENTRIES);

    finish(100, 0);
    finish(200, 0);
    ring.collect();

    assertThat(memory.get(JAVA_LONG, ASKED_AT)).isEqualTo(ENTRIES + 2);
    assertThat(orderOf(4096L * ENTRIES)).isEqualTo(ENTRIES + 1);
    assertThat(orderOf(4096L * (ENTRIES + 1))).isEqualTo(ENTRIES + 2);
    assertThat(answers.stream().filter(CompletableFuture::isDone)).hasSize(2);
  }

  @Test
  void completesWhatIsDoneEvenIfNothingMoreCanBeAsked() {
    AtomicBoolean broken = new AtomicBoolean();
    Runnable bell =
        () -> {
          if (broken.get()) {
            throw new OutOfMemoryError("made for this test");
          }
        };
    CommandRing failing = new CommandRing(memory, bell);
    List<CompletableFuture<Long>> answers = new ArrayList<>();
    for (int i = 0; i < ENTRIES + 1; i++) {
      answers.add(failing.ask(DISCARD, 4096L * i, 4096, 0));
    }
    finish(100, 0);
    broken.set(true);

    assertThatThrownBy(failing::collect).isInstanceOf(OutOfMemoryError.class);
    assertThat(answers.stream().filter(CompletableFuture::isDone)).hasSize(1);
  }

  @Test
  void dropsHintsWhenItIsFull() {
    assertThat(ring.hint(PREFETCH, 0, 4096, 0)).isTrue();
    for (int i = 1; i < ENTRIES; i++) {
      CompletableFuture<Long> _ = ring.ask(DISCARD, 4096L * i, 4096, 0);
    }

    assertThat(ring.hint(PREFETCH, 0, 4096, 0)).isFalse();
    assertThat(memory.get(JAVA_LONG, ASKED_AT)).isEqualTo(ENTRIES);
  }

  @Test
  void aClosedRingRefusesAndFailsWhatIsUnderWay() {
    List<CompletableFuture<Long>> answers = new ArrayList<>();
    for (int i = 0; i < ENTRIES + 1; i++) {
      answers.add(ring.ask(DISCARD, 4096L * i, 4096, 0));
    }

    ring.close();

    assertThat(answers).allMatch(CompletableFuture::isCompletedExceptionally);
    assertThatThrownBy(() -> ring.ask(UNLOAD, 0, 4096, 0)).satisfies(CommandRingTest::isClosed);
    assertThatThrownBy(() -> ring.hint(PREFETCH, 0, 4096, 0)).satisfies(CommandRingTest::isClosed);
  }

  @Test
  void takesOneLastCommandAfterItIsClosedEvenIfItWasFull() {
    for (int i = 0; i < ENTRIES + 1; i++) {
      CompletableFuture<Long> _ = ring.ask(DISCARD, 4096L * i, 4096, 0);
    }
    ring.close();

    CompletableFuture<Long> last = ring.askLast(CLOSE);
    finish(3, 0);
    ring.collect();

    assertThat(memory.get(JAVA_INT, entryAt(3) + OPERATION_AT)).isEqualTo(CLOSE);
    finish(3, 0);
    ring.collect();
    assertThat(last).isCompletedWithValue(0L);
  }

  private static void isClosed(Throwable failure) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
  }

  private void finish(int entry, long result) {
    assertThat(memory.get(JAVA_INT, entryAt(entry) + STATE_AT)).isEqualTo(ASKED);
    memory.set(JAVA_LONG, entryAt(entry) + RESULT_AT, result);
    memory.set(JAVA_INT, entryAt(entry) + STATE_AT, DONE);
  }

  private List<Integer> entriesIn(int state) {
    List<Integer> entries = new ArrayList<>();
    for (int i = 0; i < ENTRIES; i++) {
      if (memory.get(JAVA_INT, entryAt(i) + STATE_AT) == state) {
        entries.add(i);
      }
    }
    return entries;
  }

  private long orderOf(long offset) {
    for (int i = 0; i < ENTRIES; i++) {
      if (memory.get(JAVA_LONG, entryAt(i) + OFFSET_AT) == offset) {
        return memory.get(JAVA_LONG, entryAt(i) + ORDER_AT);
      }
    }
    throw new AssertionError("no command for offset " + offset);
  }
}
