package io.elasticmemory.port;

import io.elasticmemory.EmpException;

/**
 * Words of 8 bytes at an exporter that several clients change, each operation as a whole: for
 * leases and ownership, not for data. They are zero when the exporter starts, and gone when it
 * ends.
 *
 * <p>All words of an exporter are served in one way, which it has chosen at its start: a device is
 * atomic against itself only, and not against the CPU of its machine. An operation takes no longer
 * than the time that was agreed on when the words were opened, and says how it ended; it is asked
 * once and never again by itself. Used by one thread.
 *
 * <p>After UNKNOWN the word is to be read again: when that is DONE, nothing that was asked before
 * can happen any more. So what is written should say who has written it, and an owner is known
 * again.
 */
public interface RemoteWords extends AutoCloseable {
  /** Who does all operations on the words of an exporter. */
  enum ServedBy {
    /** Its CPU, asked over TCP, also by those who have RDMA. */
    EXPORTER,
    /** Its RDMA device, through queue pairs. */
    DEVICE
  }

  /** How an operation ended. */
  enum Outcome {
    /** It was done, or the word was not what was expected: the answer says what it was. */
    DONE,
    /** It was not done, and will not be: it may be asked again. */
    NOT_DONE,
    /** It was done, or not, or will be: the answer did not come. */
    UNKNOWN
  }

  /**
   * An answer.
   *
   * @param before what the word was just before, if the outcome is DONE; else 0
   */
  record Answer(Outcome outcome, long before) {
    /** True if a compare-and-swap that expected this has swapped. */
    public boolean hasFound(long expected) {
      return outcome == Outcome.DONE && before == expected;
    }
  }

  /** How many words there are. */
  int count();

  /** Who serves them. */
  ServedBy servedBy();

  /**
   * Makes a word {@code wanted} if it is {@code expected}.
   *
   * @param word below {@link #count}
   * @throws EmpException of kind DONOR if the exporter was started again: its words are others
   */
  Answer compareAndSwap(int word, long expected, long wanted);

  /** Adds to a word; otherwise as a compare-and-swap. */
  Answer fetchAndAdd(int word, long addend);

  /** Reads a word; otherwise as a compare-and-swap. Never UNKNOWN: it may be asked again. */
  Answer read(int word);

  /** Why the last operation was not DONE, for people; empty if none was. */
  String lastFailure();

  /** Ends the use of the words, which stay what they are. */
  @Override
  void close();
}
