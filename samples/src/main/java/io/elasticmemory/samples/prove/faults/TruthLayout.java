package io.elasticmemory.samples.prove.faults;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * What the memory of {@link Writers} must hold, and what its threads are at: an ordinary file that
 * it and {@link Oracle} map, so that no pager has anything to do with it.
 *
 * <pre>
 *     0 u64 magic "EMPTRUTH"       64 + 64 * thread
 *     8 u32 version                   0 u64 begun     of the access under way, nanoseconds, or 0
 *    12 u32 threads                   8 u64 accesses  that have ended
 *    16 u64 pages                    16 u64 longest   of them since this was cleared, nanoseconds
 *  4096 u64[pages] last written      24 u64 wrong     number of a page + 1, or 0
 *                                    32 u64 found     in it
 * </pre>
 *
 * A page has one thread that writes and reads it; it keeps what it wrote last here. Nanoseconds are
 * those of {@link System#nanoTime}, which is one clock for all processes of a Linux machine.
 */
final class TruthLayout {
  /** "EMPTRUTH", little-endian. */
  private static final long MAGIC = 0x4854555254504d45L;

  private static final int VERSION = 1;

  /** Threads for which there is room. */
  static final int THREADS_MAX = 63;

  private static final long VERSION_AT = 8;
  private static final long THREADS_AT = 12;
  private static final long PAGES_AT = 16;
  private static final long THREAD_BYTES = 64;
  private static final long HEADER_BYTES = 4096;

  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private TruthLayout() {}

  /** A word of a thread. */
  enum Word {
    BEGUN,
    ACCESSES,
    LONGEST,
    WRONG,
    FOUND
  }

  /** Bytes of a file for so many pages. */
  static long bytes(long pages) {
    return HEADER_BYTES + pages * Long.BYTES;
  }

  /** Makes zeroed memory one of these. */
  static void format(MemorySegment file, int threads, long pages) {
    file.set(JAVA_INT, VERSION_AT, VERSION);
    file.set(JAVA_INT, THREADS_AT, threads);
    file.set(JAVA_LONG, PAGES_AT, pages);
    LONG.setRelease(file, 0L, MAGIC);
  }

  /**
   * Requires that it is one of these.
   *
   * @throws IllegalArgumentException that says what it is
   */
  static void check(MemorySegment file) {
    if (file.byteSize() < HEADER_BYTES
        || file.get(JAVA_LONG, 0) != MAGIC
        || file.get(JAVA_INT, VERSION_AT) != VERSION
        || file.byteSize() != bytes(pages(file))) {
      throw new IllegalArgumentException(
          "%d bytes are not what writers keep, or of another version".formatted(file.byteSize()));
    }
  }

  static int threads(MemorySegment file) {
    return file.get(JAVA_INT, THREADS_AT);
  }

  static long pages(MemorySegment file) {
    return file.get(JAVA_LONG, PAGES_AT);
  }

  static long get(MemorySegment file, int thread, Word word) {
    return (long) LONG.getAcquire(file, at(thread, word));
  }

  static void set(MemorySegment file, int thread, Word word, long value) {
    LONG.setRelease(file, at(thread, word), value);
  }

  /** The longest access since the last time this was asked. */
  static long takeLongest(MemorySegment file, int thread) {
    return (long) LONG.getAndSet(file, at(thread, Word.LONGEST), 0L);
  }

  /** An access of a thread has ended after so long. */
  static void lasted(MemorySegment file, int thread, long nanos) {
    long at = at(thread, Word.LONGEST);
    long longest = (long) LONG.getVolatile(file, at);
    while (nanos > longest && !LONG.compareAndSet(file, at, longest, nanos)) {
      longest = (long) LONG.getVolatile(file, at);
    }
  }

  /** What was written to a page last. */
  static long written(MemorySegment file, long page) {
    return file.get(JAVA_LONG, HEADER_BYTES + page * Long.BYTES);
  }

  static void written(MemorySegment file, long page, long value) {
    file.set(JAVA_LONG, HEADER_BYTES + page * Long.BYTES, value);
  }

  private static long at(int thread, Word word) {
    return THREAD_BYTES * (thread + 1) + (long) word.ordinal() * Long.BYTES;
  }
}
