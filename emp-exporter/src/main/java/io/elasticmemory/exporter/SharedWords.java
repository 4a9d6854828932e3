package io.elasticmemory.exporter;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.port.RemoteWords.ServedBy;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Words that several clients change, and who does all of that: this process' CPU or a device. The
 * two are not atomic against each other, so the one is refused where the other serves. Usable from
 * every thread.
 */
final class SharedWords implements AutoCloseable {
  private static final VarHandle WORD = JAVA_LONG.varHandle();

  /** Nothing else is in the pages that a device is given. */
  private static final long PAGE_BYTES = 4096;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final int count;
  private final ServedBy servedBy;

  /** So many words, all zero. */
  SharedWords(int count, ServedBy servedBy) {
    this.count = count;
    this.servedBy = servedBy;
    long pages = Math.ceilDiv(count * JAVA_LONG.byteSize(), PAGE_BYTES);
    memory = arena.allocate(pages * PAGE_BYTES, PAGE_BYTES);
  }

  int count() {
    return count;
  }

  ServedBy servedBy() {
    return servedBy;
  }

  /** The memory, for the device. */
  MemorySegment memory() {
    require(ServedBy.DEVICE);
    return memory;
  }

  boolean holds(long word) {
    return word >= 0 && word < count;
  }

  /** Makes a word {@code wanted} if it is {@code expected}; returns what it was. */
  long compareAndSwap(long word, long expected, long wanted) {
    require(ServedBy.EXPORTER);
    return (long) WORD.compareAndExchange(memory, at(word), expected, wanted);
  }

  /** Adds to a word; returns what it was. */
  long fetchAndAdd(long word, long addend) {
    require(ServedBy.EXPORTER);
    return (long) WORD.getAndAdd(memory, at(word), addend);
  }

  private static long at(long word) {
    return word * JAVA_LONG.byteSize();
  }

  private void require(ServedBy wanted) {
    if (servedBy != wanted) {
      throw new IllegalStateException("these words are served by " + servedBy + " alone");
    }
  }

  /** Gives the memory back, which nobody uses any more. */
  @Override
  public void close() {
    arena.close();
  }
}
