package io.elasticmemory;

import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The windows of a segment from its first byte to its last, each of them present when it is handed
 * out: what a program needs that reads or writes through memory larger than its DRAM without ever
 * holding up the collector.
 *
 * {@snippet :
 * long sum = 0;
 * for (MemorySegment window : emp.scan(rows, 4096 * ROW_BYTES)) {
 *   for (long at = 0; at < window.byteSize(); at += ROW_BYTES) {
 *     sum += window.get(ValueLayout.JAVA_LONG, at);
 *   }
 * }
 * }
 *
 * <p>A thread that waits for an absent block within a plain access cannot reach a safepoint, and
 * every collection waits with it. A scan waits in a native call instead, during which collections
 * go on, and asks for the next windows before it hands one out, so that it seldom waits at all. A
 * figure of both is in docs/PERFORMANCE.md: what a donor that answers after 1.5 s adds to {@code
 * System.gc()}.
 *
 * <p>A window stays present unless the program has pushed it out again by touching more than its
 * DRAM elsewhere; then its accesses are plain ones. The first write to a page that a donor has too
 * is a fault as always, but one that waits for no donor.
 *
 * <p>Each iterator is for one thread at a time; several of one scan may run at once.
 */
public final class SegmentScan implements Iterable<MemorySegment> {
  /** Windows that are asked for beyond the one that is handed out. */
  static final int WINDOWS_AHEAD = 2;

  /** Something to be done about a part of a segment. */
  interface Part {
    void of(MemorySegment segment, long offset, long bytes);
  }

  private final MemorySegment segment;
  private final long windowBytes;
  private final Part load;
  private final Part prefetch;

  /**
   * A scan.
   *
   * @param load makes a part present and waits for it in native state
   * @param prefetch asks for a part and does not wait
   */
  SegmentScan(MemorySegment segment, long windowBytes, Part load, Part prefetch) {
    if (windowBytes < 1) {
      throw new IllegalArgumentException(
          "windows of " + windowBytes + " bytes are none; give 1 or more");
    }
    this.segment = segment;
    this.windowBytes = windowBytes;
    this.load = load;
    this.prefetch = prefetch;
  }

  /** Bytes of a window: each begins at a multiple of this, and only the last may be shorter. */
  public long windowBytes() {
    return windowBytes;
  }

  @Override
  public Iterator<MemorySegment> iterator() {
    return new Windows();
  }

  /** One pass. */
  private final class Windows implements Iterator<MemorySegment> {
    private long at;
    private long askedTo;

    @Override
    public boolean hasNext() {
      return at < segment.byteSize();
    }

    @Override
    public MemorySegment next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the scan is at its end");
      }
      long start = at;
      at = end(start, 1);
      load.of(segment, start, at - start);
      askAhead();
      return segment.asSlice(start, at - start);
    }

    /** After the load, which must not queue behind what nobody waits for yet. */
    private void askAhead() {
      long from = Math.max(at, askedTo);
      askedTo = end(at, WINDOWS_AHEAD);
      if (from < askedTo) {
        prefetch.of(segment, from, askedTo - from);
      }
    }

    private long end(long from, int windows) {
      long left = segment.byteSize() - from;
      return windowBytes >= Math.ceilDiv(left, windows)
          ? segment.byteSize()
          : from + windows * windowBytes;
    }
  }
}
