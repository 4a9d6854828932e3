package io.elasticmemory.space;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How often each byte of a space is pinned, kept as runs of equal counts. Used under a lock. */
final class PinCounts {
  /** For the start of each run its count; a run ends where the next begins. */
  private final TreeMap<Long, Integer> runs = new TreeMap<>(Map.of(0L, 0));

  private long pinnedBytes;

  /** Bytes that are pinned once or more. */
  long pinnedBytes() {
    return pinnedBytes;
  }

  /** Bytes of a range that are not pinned. */
  long freeBytes(SpaceRange range) {
    return runsIn(range).stream().filter(run -> count(run) == 0).mapToLong(SpaceRange::bytes).sum();
  }

  /** Counts a range once more. */
  void add(SpaceRange range) {
    pinnedBytes += freeBytes(range);
    change(range, 1);
  }

  /**
   * Counts a range once less.
   *
   * @return what of it is not pinned any more
   * @throws IllegalStateException if some of it was not pinned
   */
  List<SpaceRange> remove(SpaceRange range) {
    if (freeBytes(range) > 0) {
      throw new IllegalStateException(
          "%d of the %d bytes at offset %d are not pinned; unpin what was pinned, once"
              .formatted(freeBytes(range), range.bytes(), range.offset()));
    }
    List<SpaceRange> free = runsIn(range).stream().filter(run -> count(run) == 1).toList();
    change(range, -1);
    pinnedBytes -= free.stream().mapToLong(SpaceRange::bytes).sum();
    return free;
  }

  private int count(SpaceRange run) {
    return runs.floorEntry(run.offset()).getValue();
  }

  /** The runs that lie in a range, cut off at its ends. */
  private List<SpaceRange> runsIn(SpaceRange range) {
    List<SpaceRange> found = new ArrayList<>();
    for (long at = range.offset(); at < range.end(); ) {
      Long next = runs.higherKey(at);
      long end = next == null ? range.end() : Math.min(next, range.end());
      found.add(new SpaceRange(at, end - at));
      at = end;
    }
    return found;
  }

  private void change(SpaceRange range, int by) {
    split(range.offset());
    split(range.end());
    runs.subMap(range.offset(), range.end()).replaceAll((_, count) -> count + by);
    join(range.offset());
    join(range.end());
  }

  private void split(long at) {
    runs.putIfAbsent(at, runs.floorEntry(at).getValue());
  }

  private void join(long at) {
    Map.Entry<Long, Integer> before = runs.lowerEntry(at);
    if (before != null && before.getValue().equals(runs.get(at))) {
      runs.remove(at);
    }
  }
}
