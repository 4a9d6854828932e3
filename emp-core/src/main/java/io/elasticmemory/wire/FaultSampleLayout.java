package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * A few of the faults of a shard, with who had them: the fourth part of a command ring. The pager
 * writes nothing there until the application sets {@code wanted}; then at most a record each tick,
 * when a fault is read, and rings the application's bell. {@code kind} and {@code waitNanos} follow
 * when the fault is answered. It never waits: whoever reads more than {@link #RECORDS} behind has
 * lost some, and finds that by their numbers.
 *
 * <pre>
 * header (4096 bytes)                      then 64 records of 64 bytes
 *   0 u64 magic "EMPSAMPL"                   0 u64 number    from 1; 0 while it is changed
 *   8 u32 version                            8 u64 offset    of the fault in the space
 *  12 u32 records                           16 u32 thread    the kernel's id, 0 if unknown
 *  64 u32 wanted   (application: 0 or 1)    20 u32 kind      {@link FaultKind}, 0 before its answer
 * 128 u64 written  (pager; only grows)      24 u64 waitNanos from the fault's reading to its answer
 * </pre>
 */
public final class FaultSampleLayout {
  /** "EMPSAMPL", little-endian. */
  public static final long MAGIC = 0x4c504d4153504d45L;

  /** Raised when any offset or meaning changes; kinds added at the end do not. */
  public static final int VERSION = 1;

  /** Records, a power of two: three seconds of them. */
  public static final int RECORDS = 64;

  /** Samples a second that all shards of a space take together, at most. */
  public static final int PER_SECOND_MAX = 20;

  /** Bytes before the first record. */
  public static final long HEADER_BYTES = 4096;

  /** Bytes of a record. */
  public static final long RECORD_BYTES = 64;

  /** Bytes of all. */
  public static final long SAMPLES_BYTES = HEADER_BYTES + RECORDS * RECORD_BYTES;

  /** Offset in the header. */
  public static final long MAGIC_AT = 0;

  /** Offset in the header. */
  public static final long VERSION_AT = 8;

  /** Offset in the header. */
  public static final long RECORDS_AT = 12;

  /** Offset in the header, on a cache line of its own. */
  public static final long WANTED_AT = 64;

  /** Offset in the header, on a cache line of its own. */
  public static final long WRITTEN_AT = 128;

  /** Offset in a record. */
  public static final long NUMBER_AT = 0;

  /** Offset in a record. */
  public static final long OFFSET_AT = 8;

  /** Offset in a record. */
  public static final long THREAD_AT = 16;

  /** Offset in a record. */
  public static final long KIND_AT = 20;

  /** Offset in a record. */
  public static final long WAIT_NANOS_AT = 24;

  private FaultSampleLayout() {}

  /** Offset of the record with this number. */
  public static long recordAt(long number) {
    return HEADER_BYTES + (number & RECORDS - 1) * RECORD_BYTES;
  }

  /** Writes the header into zeroed memory. */
  public static void format(MemorySegment samples) {
    samples.set(JAVA_INT, VERSION_AT, VERSION);
    samples.set(JAVA_INT, RECORDS_AT, RECORDS);
    samples.set(JAVA_LONG, MAGIC_AT, MAGIC);
  }

  /**
   * Checks what another process has formatted.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static void check(MemorySegment samples) {
    long magic = samples.get(JAVA_LONG, MAGIC_AT);
    int version = samples.get(JAVA_INT, VERSION_AT);
    int records = samples.get(JAVA_INT, RECORDS_AT);
    if (samples.byteSize() != SAMPLES_BYTES
        || magic != MAGIC
        || version != VERSION
        || records != RECORDS) {
      throw new IllegalArgumentException(
          "no samples of faults, or of version %d with %d records where this build has %d with %d"
              .formatted(version, records, VERSION, RECORDS));
    }
  }
}
