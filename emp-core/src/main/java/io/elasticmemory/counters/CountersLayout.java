package io.elasticmemory.counters;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.port.Stripes;
import java.lang.foreign.MemorySegment;

/**
 * The shared page of counters of a shard.
 *
 * <pre>
 *   0 u64 magic "EMPCOUNT"
 *   8 u32 version
 *  12 u32 count          counters that follow
 *  16 u64 pagerPid
 *  24 u32 blockBytes     the unit of slots
 *  32 u64 standbyPid     who is ready to take over, 0 if nobody is; on the first page only
 *  40 u32 budgetReason   a {@link BudgetReason}, written by the program; on the first page only
 *  64 s64 counter[count] in the order of {@link Counter}
 * 3584 u8[512] build       of the pager, as ASCII, then zeros; on the first page only
 * </pre>
 */
public final class CountersLayout {
  /** "EMPCOUNT", little-endian. */
  public static final long MAGIC = 0x544e554f43504d45L;

  /** Raised when any offset or meaning changes; counters added at the end do not. */
  public static final int VERSION = 2;

  /** Bytes of the page. */
  public static final long PAGE_BYTES = 4096;

  /** Offset. */
  public static final long MAGIC_AT = 0;

  /** Offset. */
  public static final long VERSION_AT = 8;

  /** Offset. */
  public static final long COUNT_AT = 12;

  /** Offset. */
  public static final long PAGER_PID_AT = 16;

  /** Offset. */
  public static final long BLOCK_BYTES_AT = 24;

  /** Offset. */
  public static final long STANDBY_PID_AT = 32;

  /** Offset. */
  public static final long BUDGET_REASON_AT = 40;

  /** Offset of the first counter. */
  public static final long COUNTERS_AT = 64;

  /** Offset of the text that says which build counts: what {@code wire.Build} writes. */
  public static final long BUILD_AT = 3584;

  /** Longest text; a longer one is cut. */
  public static final int BUILD_BYTES = 512;

  private CountersLayout() {}

  /** Offset of a counter. */
  public static long at(Counter counter) {
    return COUNTERS_AT + 8L * counter.ordinal();
  }

  /**
   * Checks the pages of a space that came from another process. The magic number is written last,
   * when a space opens.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static void check(MemorySegment pages) {
    long bytes = pages.byteSize();
    if (bytes < PAGE_BYTES || bytes % PAGE_BYTES != 0 || bytes > Stripes.SHARDS_MAX * PAGE_BYTES) {
      throw new IllegalArgumentException(
          "its counters have %d bytes, not 1 to %d pages".formatted(bytes, Stripes.SHARDS_MAX));
    }
    long magic = pages.get(JAVA_LONG, MAGIC_AT);
    int version = pages.get(JAVA_INT, VERSION_AT);
    if (magic != 0 && (magic != MAGIC || version != VERSION)) {
      throw new IllegalArgumentException(
          "its counters have version %d, this command knows %d".formatted(version, VERSION));
    }
  }
}
