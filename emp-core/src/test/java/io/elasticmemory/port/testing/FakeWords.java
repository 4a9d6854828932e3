package io.elasticmemory.port.testing;

import io.elasticmemory.port.RemoteWords;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/** Words of an array. Operations end well, or as the test says. */
public final class FakeWords implements RemoteWords {
  /** How an operation does not end well. */
  public enum Trouble {
    /** It is not asked. */
    NOT_ASKED,
    /** It is lost on its way. */
    REQUEST_LOST,
    /** It is done, and its answer is lost. */
    ANSWER_LOST
  }

  private final AtomicLongArray words;
  private final Deque<Trouble> script = new ArrayDeque<>();
  private String lastFailure = "";
  private boolean closed;

  /** The answer that was lost last. */
  private long lost;

  /** A client of words that it may share with others. */
  public FakeWords(AtomicLongArray words) {
    this.words = words;
  }

  /** The next operations end so, one after the other. */
  public void endAs(Trouble... troubles) {
    script.addAll(List.of(troubles));
  }

  @Override
  public int count() {
    return words.length();
  }

  @Override
  public ServedBy servedBy() {
    return ServedBy.EXPORTER;
  }

  @Override
  public Answer compareAndSwap(int word, long expected, long wanted) {
    return unlessTroubled(word, () -> words.compareAndExchange(word, expected, wanted));
  }

  @Override
  public Answer fetchAndAdd(int word, long addend) {
    return unlessTroubled(word, () -> words.getAndAdd(word, addend));
  }

  @Override
  public Answer read(int word) {
    Answer answer = unlessTroubled(word, () -> words.get(word));
    return answer.outcome() == Outcome.UNKNOWN ? new Answer(Outcome.NOT_DONE, 0) : answer;
  }

  private Answer unlessTroubled(int word, LongSupplier operation) {
    Objects.checkIndex(word, count());
    if (closed) {
      throw new IllegalStateException("these words are closed");
    }
    Trouble trouble = script.poll();
    if (trouble == null) {
      return new Answer(Outcome.DONE, operation.getAsLong());
    }
    lastFailure = trouble.toString();
    if (trouble == Trouble.ANSWER_LOST) {
      lost = operation.getAsLong();
    }
    return new Answer(trouble == Trouble.NOT_ASKED ? Outcome.NOT_DONE : Outcome.UNKNOWN, 0);
  }

  /** What the client was not told: the answer that was lost last. */
  public long lost() {
    return lost;
  }

  @Override
  public String lastFailure() {
    return lastFailure;
  }

  @Override
  public void close() {
    closed = true;
  }
}
