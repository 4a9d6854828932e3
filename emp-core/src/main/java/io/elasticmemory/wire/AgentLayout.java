package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * What the agent in a program says of itself, in a memory file that whoever may look at the
 * process' descriptors can map: its own user and root. A command may ask there for a profile: if
 * {@code asked} equals {@code done} it writes {@code millis} and raises {@code asked} by a
 * compare-and-set; the agent makes {@code begun} equal to it, and {@code done} when the text is
 * complete. Meanwhile the command raises {@code renewed} again and again: once it does not, because
 * it was killed, the agent ends the profile, so that others can have theirs.
 *
 * <pre>
 *   0 u64 magic "EMPAGENT"              128 u64 asked   (command)
 *   8 u32 version                       136 u64 millis  (command)
 *  12 u32 textBytesMax                  144 u64 renewed (command)
 *  16 u64 pagerPid                      192 u64 begun
 *  24 u64 minBytes     redirected       200 u64 done
 *  32 u32 hooksMillis  to place them    208 u64 samples
 *  36 u32 spaceMillis  to open it       216 u64 lost       overwritten before they were read
 *  40 u64 capacityBytes                 224 u64 foreign    faults of threads that are not Java's
 *                                       232 u64 spentNanos by the agent, on all of it
 *  64 u64 allocations                    240 u32 textBytes
 *  72 u64 freed                          244 u32 refused    1: the text says why
 *  80 u64 usedBytes                     4096 text, UTF-8: lines of kind, count, wait in
 *  88 u64 fallbacks    to ordinary memory    nanoseconds and frames, the outermost first,
 *                                            separated by tabs, the frames by semicolons
 * </pre>
 */
public final class AgentLayout {
  /** "EMPAGENT", little-endian. */
  public static final long MAGIC = 0x544e454741504d45L;

  /** Raised when any offset or meaning changes. */
  public static final int VERSION = 2;

  /** The memory file's name, as it is shown. */
  public static final String NAME = "emp-agent";

  /** Longest text; what does not fit is left out, the rarest first. */
  public static final int TEXT_BYTES_MAX = 1 << 20;

  /** Offset of the text. */
  public static final long TEXT_AT = 4096;

  /** Bytes of all; the text takes memory only when it is written. */
  public static final long PAGE_BYTES = TEXT_AT + TEXT_BYTES_MAX;

  /** Longest profile. */
  public static final long MILLIS_MAX = 3_600_000;

  /** A profile that is not renewed for so long is ended. */
  public static final long RENEWAL_MILLIS_MAX = 5_000;

  /** Offset. */
  public static final long MAGIC_AT = 0;

  /** Offset. */
  public static final long VERSION_AT = 8;

  /** Offset. */
  public static final long TEXT_BYTES_MAX_AT = 12;

  /** Offset. */
  public static final long PAGER_PID_AT = 16;

  /** Offset. */
  public static final long MIN_BYTES_AT = 24;

  /** Offset. */
  public static final long HOOKS_MILLIS_AT = 32;

  /** Offset. */
  public static final long SPACE_MILLIS_AT = 36;

  /** Offset. */
  public static final long CAPACITY_BYTES_AT = 40;

  /** Offset. */
  public static final long ALLOCATIONS_AT = 64;

  /** Offset. */
  public static final long FREED_AT = 72;

  /** Offset. */
  public static final long USED_BYTES_AT = 80;

  /** Offset. */
  public static final long FALLBACKS_AT = 88;

  /** Offset. */
  public static final long ASKED_AT = 128;

  /** Offset. */
  public static final long MILLIS_AT = 136;

  /** Offset. */
  public static final long RENEWED_AT = 144;

  /** Offset. */
  public static final long BEGUN_AT = 192;

  /** Offset. */
  public static final long DONE_AT = 200;

  /** Offset. */
  public static final long SAMPLES_AT = 208;

  /** Offset. */
  public static final long LOST_AT = 216;

  /** Offset. */
  public static final long FOREIGN_AT = 224;

  /** Offset. */
  public static final long SPENT_NANOS_AT = 232;

  /** Offset. */
  public static final long TEXT_BYTES_AT = 240;

  /** Offset. */
  public static final long REFUSED_AT = 244;

  private AgentLayout() {}

  /** Writes the beginning of the header into zeroed memory, the magic number last. */
  public static void format(
      MemorySegment page, long pagerPid, long minBytes, long capacityBytes, int hooks, int space) {
    page.set(JAVA_INT, VERSION_AT, VERSION);
    page.set(JAVA_INT, TEXT_BYTES_MAX_AT, TEXT_BYTES_MAX);
    page.set(JAVA_LONG, PAGER_PID_AT, pagerPid);
    page.set(JAVA_LONG, MIN_BYTES_AT, minBytes);
    page.set(JAVA_LONG, CAPACITY_BYTES_AT, capacityBytes);
    page.set(JAVA_INT, HOOKS_MILLIS_AT, hooks);
    page.set(JAVA_INT, SPACE_MILLIS_AT, space);
    JAVA_LONG.varHandle().setRelease(page, MAGIC_AT, MAGIC);
  }

  /**
   * Checks what came from another process.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static void check(MemorySegment page) {
    long magic = page.byteSize() < TEXT_AT ? 0 : page.get(JAVA_LONG, MAGIC_AT);
    int version = magic == MAGIC ? page.get(JAVA_INT, VERSION_AT) : 0;
    if (version != VERSION || page.byteSize() != PAGE_BYTES) {
      throw new IllegalArgumentException(
          "its agent's page has version %d and %d bytes, this command knows version %d with %d"
              .formatted(version, page.byteSize(), VERSION, PAGE_BYTES));
    }
  }
}
