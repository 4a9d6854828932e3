package io.elasticmemory.tiering.failpoint;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * A file that pagers and a test map, through which the test says where the pager that serves is to
 * be held.
 *
 * <pre>
 *    0 u64 magic "EMPHOLDS"
 *    8 u32 version
 *   12 u32 count          failpoints that follow
 *   64 s64 point[count]   in the order of {@link Failpoint}:
 *                         0 nobody is held; n the n-th who passes is; -pid that process is held
 * </pre>
 */
final class FailpointsLayout {
  /** "EMPHOLDS", little-endian. */
  private static final long MAGIC = 0x53444c4f48504d45L;

  /** Raised when any offset or meaning changes, or the points do. */
  private static final int VERSION = 1;

  /** Bytes of the file. */
  static final long BYTES = 4096;

  private static final long VERSION_AT = 8;
  private static final long COUNT_AT = 12;
  private static final long POINTS_AT = 64;
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private FailpointsLayout() {}

  /** Makes zeroed memory one of these. */
  static void format(MemorySegment file) {
    file.set(JAVA_INT, VERSION_AT, VERSION);
    file.set(JAVA_INT, COUNT_AT, Failpoint.values().length);
    LONG.setRelease(file, 0L, MAGIC);
  }

  /**
   * Requires that it is one of these.
   *
   * @throws IllegalArgumentException that says what it is not
   */
  static void check(MemorySegment file) {
    if (file.byteSize() != BYTES
        || (long) LONG.getAcquire(file, 0L) != MAGIC
        || file.get(JAVA_INT, VERSION_AT) != VERSION
        || file.get(JAVA_INT, COUNT_AT) != Failpoint.values().length) {
      throw new IllegalArgumentException(
          "%d bytes are not a file of the %d failpoints of this build, version %d"
              .formatted(file.byteSize(), Failpoint.values().length, VERSION));
    }
  }

  static long get(MemorySegment file, Failpoint point) {
    return (long) LONG.getVolatile(file, at(point));
  }

  static void set(MemorySegment file, Failpoint point, long value) {
    LONG.setVolatile(file, at(point), value);
  }

  /** Changes it if it is still what was expected; says whether it was. */
  static boolean change(MemorySegment file, Failpoint point, long expected, long value) {
    return LONG.compareAndSet(file, at(point), expected, value);
  }

  private static long at(Failpoint point) {
    return POINTS_AT + (long) Long.BYTES * point.ordinal();
  }
}
