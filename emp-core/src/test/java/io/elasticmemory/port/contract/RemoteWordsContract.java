package io.elasticmemory.port.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.port.RemoteWords;
import io.elasticmemory.port.RemoteWords.Answer;
import io.elasticmemory.port.RemoteWords.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What binds implementers of {@link RemoteWords}. */
public abstract class RemoteWordsContract {
  /** Words that are asked for. */
  protected static final int WORDS = 16;

  private static final int CLIENTS = 4;
  private static final int TURNS = 200;

  private final List<RemoteWords> opened = new ArrayList<>();

  /** Another client of the same {@link #WORDS}, which are zero at first. */
  protected abstract RemoteWords openWords() throws Exception;

  /** Ends whatever serves them, when all clients are closed. */
  protected void endWords() throws Exception {}

  /** How often each of several clients changes a word. */
  protected int turns() {
    return TURNS;
  }

  private RemoteWords open() throws Exception {
    RemoteWords words = openWords();
    opened.add(words);
    return words;
  }

  @AfterEach
  void close() throws Exception {
    try {
      opened.forEach(RemoteWords::close);
    } finally {
      endWords();
    }
  }

  private static long done(Answer answer) {
    assertThat(answer.outcome()).isEqualTo(Outcome.DONE);
    return answer.before();
  }

  @Test
  void areZeroAtFirst() throws Exception {
    RemoteWords words = open();
    assertThat(words.count()).isEqualTo(WORDS);
    for (int word = 0; word < WORDS; word++) {
      assertThat(done(words.read(word))).isZero();
    }
    assertThat(words.lastFailure()).isEmpty();
  }

  @Test
  void swapsAWordThatIsWhatIsExpectedAndNoOther() throws Exception {
    RemoteWords words = open();
    assertThat(done(words.compareAndSwap(3, 0, Long.MIN_VALUE))).isZero();
    assertThat(done(words.compareAndSwap(3, 0, 9))).isEqualTo(Long.MIN_VALUE);
    assertThat(done(words.read(3))).isEqualTo(Long.MIN_VALUE);
    assertThat(words.compareAndSwap(3, Long.MIN_VALUE, 5).hasFound(Long.MIN_VALUE)).isTrue();
    assertThat(done(words.read(3))).isEqualTo(5);
    assertThat(done(words.read(2))).isZero();
    assertThat(done(words.read(4))).isZero();
  }

  @Test
  void addsAndSaysWhatTheWordWasBefore() throws Exception {
    RemoteWords words = open();
    assertThat(done(words.fetchAndAdd(WORDS - 1, 40))).isZero();
    assertThat(done(words.fetchAndAdd(WORDS - 1, -50))).isEqualTo(40);
    assertThat(done(words.read(WORDS - 1))).isEqualTo(-10);
  }

  @Test
  void showsOneClientWhatAnotherHasDone() throws Exception {
    RemoteWords one = open();
    RemoteWords other = open();
    assertThat(one.servedBy()).as("one way for all").isEqualTo(other.servedBy());
    assertThat(done(one.compareAndSwap(0, 0, 11))).isZero();
    assertThat(done(other.compareAndSwap(0, 11, 12))).isEqualTo(11);
    one.close();
    assertThat(done(other.read(0))).isEqualTo(12);
    assertThat(done(open().read(0))).isEqualTo(12);
  }

  @Test
  void refusesAWordThatIsNotThereAndUseAfterItsEnd() throws Exception {
    RemoteWords words = open();
    assertThatThrownBy(() -> words.read(WORDS)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> words.fetchAndAdd(-1, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    words.close();
    words.close();
    assertThatThrownBy(() -> words.read(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void losesNoIncrementOfSeveralClientsAtOnce() throws Exception {
    List<Callable<Void>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      RemoteWords words = open();
      boolean swaps = i % 2 == 0;
      clients.add(() -> increment(words, swaps));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      for (Future<Void> client : threads.invokeAll(clients)) {
        client.get();
      }
    }
    assertThat(done(open().read(1))).isEqualTo((long) CLIENTS * turns());
    assertThat(done(open().read(2))).isEqualTo((long) CLIENTS * turns());
  }

  /** All change the first word by compare-and-swap; some the second so, some by additions. */
  private Void increment(RemoteWords words, boolean swaps) {
    for (int turn = 0; turn < turns(); turn++) {
      swapUntilItFits(words, 1);
      if (swaps) {
        swapUntilItFits(words, 2);
      } else {
        done(words.fetchAndAdd(2, 1));
      }
    }
    return null;
  }

  private static void swapUntilItFits(RemoteWords words, int word) {
    long expected = done(words.read(word));
    long before = done(words.compareAndSwap(word, expected, expected + 1));
    while (before != expected) {
      expected = before;
      before = done(words.compareAndSwap(word, expected, expected + 1));
    }
  }
}
