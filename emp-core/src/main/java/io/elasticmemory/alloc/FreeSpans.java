package io.elasticmemory.alloc;

import java.util.Comparator;
import java.util.Map.Entry;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The free spans of a space: whole blocks that read as zero. Neighbours are joined. Costs memory
 * per span, not per block, and time logarithmic in the spans, except for alignments above a block,
 * which are searched for. Not thread-safe.
 */
final class FreeSpans {

  /** No span is large enough. */
  static final long NONE = -1;

  private record Span(long bytes, long offset) {}

  private final long baseAddress;
  private final TreeMap<Long, Long> bytesByOffset = new TreeMap<>();
  private final TreeSet<Span> bySize =
      new TreeSet<>(Comparator.comparingLong(Span::bytes).thenComparingLong(Span::offset));
  private long freeBytes;

  FreeSpans(long baseAddress) {
    this.baseAddress = baseAddress;
  }

  long freeBytes() {
    return freeBytes;
  }

  long largestBytes() {
    return bySize.isEmpty() ? 0 : bySize.last().bytes();
  }

  /** Adds a span and joins it with the free spans beside it. */
  void add(long offset, long bytes) {
    Entry<Long, Long> before = bytesByOffset.floorEntry(offset);
    Entry<Long, Long> after = bytesByOffset.higherEntry(offset);
    requireFree(offset, bytes, before, after);
    long begin = offset;
    long end = offset + bytes;
    if (before != null && before.getKey() + before.getValue() == offset) {
      begin = before.getKey();
      remove(begin, before.getValue());
    }
    if (after != null && after.getKey() == end) {
      end += after.getValue();
      remove(after.getKey(), after.getValue());
    }
    insert(begin, end - begin);
  }

  private static void requireFree(
      long offset,
      long bytes,
      @Nullable Entry<Long, Long> before,
      @Nullable Entry<Long, Long> after) {
    boolean overlapsBefore = before != null && before.getKey() + before.getValue() > offset;
    boolean overlapsAfter = after != null && after.getKey() < offset + bytes;
    if (overlapsBefore || overlapsAfter) {
      throw new IllegalStateException(
          "span of %d bytes at %d is free already".formatted(bytes, offset));
    }
  }

  /**
   * Takes the smallest span that fits, the lowest of equals, and gives back what it does not need.
   *
   * @param bytes whole blocks
   * @param alignment of the address, a power of two
   * @return the offset, or {@link #NONE}
   */
  long take(long bytes, long alignment) {
    for (Span span : bySize.tailSet(new Span(bytes, 0))) {
      // The way to the next multiple, in a form that cannot overflow.
      long gap = -(baseAddress + span.offset()) & (alignment - 1);
      if (gap <= span.bytes() - bytes) {
        cut(span, span.offset() + gap, bytes);
        return span.offset() + gap;
      }
    }
    return NONE;
  }

  private void cut(Span span, long offset, long bytes) {
    remove(span.offset(), span.bytes());
    long end = offset + bytes;
    long spanEnd = span.offset() + span.bytes();
    if (offset > span.offset()) {
      insert(span.offset(), offset - span.offset());
    }
    if (end < spanEnd) {
      insert(end, spanEnd - end);
    }
  }

  private void insert(long offset, long bytes) {
    bytesByOffset.put(offset, bytes);
    bySize.add(new Span(bytes, offset));
    freeBytes += bytes;
  }

  private void remove(long offset, long bytes) {
    bytesByOffset.remove(offset);
    bySize.remove(new Span(bytes, offset));
    freeBytes -= bytes;
  }
}
