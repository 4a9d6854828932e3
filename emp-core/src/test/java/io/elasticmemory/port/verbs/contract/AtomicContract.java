package io.elasticmemory.port.verbs.contract;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.verbs.WorkStatus;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** What binds implementers about atomic operations: to have them, or to refuse them. */
public abstract class AtomicContract extends VerbsContract {
  @Test
  void swapsAWordThatIsWhatIsExpected() {
    connect();
    if (!hasAtomics()) {
      assertRefuses(
          () -> pair.queuePair.compareAndSwap(1, pair.here, 0, pair.remote(0), pair.key(), 0, 8));
      return;
    }
    MemorySegment word = pair.there.memory();
    word.set(JAVA_LONG, 64, 7);
    pair.queuePair.compareAndSwap(1, pair.here, 0, pair.remote(64), pair.key(), 7, 8);
    assertThat(pair.queuePair.post()).isTrue();
    assertThat(pair.await(1)).isEqualTo(WorkStatus.SUCCESS);
    assertThat(word.get(JAVA_LONG, 64)).isEqualTo(8);
    assertThat(pair.here.memory().get(JAVA_LONG, 0)).isEqualTo(7);
    pair.queuePair.compareAndSwap(2, pair.here, 0, pair.remote(64), pair.key(), 7, 9);
    assertThat(pair.queuePair.post()).isTrue();
    assertThat(pair.await(2)).isEqualTo(WorkStatus.SUCCESS);
    assertThat(word.get(JAVA_LONG, 64)).isEqualTo(8);
    assertThat(pair.here.memory().get(JAVA_LONG, 0)).isEqualTo(8);
  }

  private boolean hasAtomics() {
    return verbs().devices().getFirst().atomics();
  }

  /** At once, or when the device sees it: as mark 1, and the word stays 0. */
  private void assertRefuses(Runnable operation) {
    try {
      operation.run();
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("no atomic operations");
      return;
    }
    assertThat(pair.queuePair.post()).isTrue();
    assertThat(pair.await(1)).isNotEqualTo(WorkStatus.SUCCESS);
    assertThat(pair.there.memory().get(JAVA_LONG, 0)).isZero();
  }

  @Test
  void addsToAWord() {
    connect();
    if (!hasAtomics()) {
      assertRefuses(
          () -> pair.queuePair.fetchAndAdd(1, pair.here, 0, pair.remote(0), pair.key(), 1));
      return;
    }
    MemorySegment word = pair.there.memory();
    word.set(JAVA_LONG, 8, 40);
    for (int i = 0; i < 3; i++) {
      pair.queuePair.fetchAndAdd(i, pair.here, i * 8L, pair.remote(8), pair.key(), -5);
    }
    assertThat(pair.queuePair.post()).isTrue();
    assertThat(pair.await(2)).isEqualTo(WorkStatus.SUCCESS);
    assertThat(word.get(JAVA_LONG, 8)).isEqualTo(25);
    assertThat(pair.here.memory().get(JAVA_LONG, 16)).isEqualTo(30);
  }
}
