package io.elasticmemory.counters;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The counters of a space: a page for each shard, one after another, so that no two shards write to
 * the same line of memory. What the space has counted is the sum.
 */
public final class ShardCounters {
  private final List<Counters> shards = new ArrayList<>();

  /** Counters on as many pages as there are. */
  public ShardCounters(MemorySegment pages) {
    for (long at = 0; at < pages.byteSize(); at += CountersLayout.PAGE_BYTES) {
      shards.add(new Counters(pages.asSlice(at, CountersLayout.PAGE_BYTES)));
    }
  }

  /** Bytes of the pages of so many shards. */
  public static long bytes(int shards) {
    return shards * CountersLayout.PAGE_BYTES;
  }

  /** Writes the headers of new pages. */
  public void format(int blockBytes) {
    shards.forEach(page -> page.format(blockBytes));
  }

  /** Process id of the pager that counts, 0 before the first. */
  public long pagerPid() {
    return shards.getFirst().pagerPid();
  }

  /** Says who counts from now on. */
  public void pagerPid(long pid) {
    shards.forEach(page -> page.pagerPid(pid));
  }

  /** Process id of the pager that was ready to take over last, 0 if none is. */
  public long standbyPid() {
    return shards.getFirst().standbyPid();
  }

  /** Says who is ready to take over, 0 if nobody is. */
  public void standbyPid(long pid) {
    shards.getFirst().standbyPid(pid);
  }

  /** The build of the pager that counts, as text; empty if it is not known. */
  public String build() {
    return shards.getFirst().build();
  }

  /** Says which build counts from now on. */
  public void build(String build) {
    shards.getFirst().build(build);
  }

  /** The counters of one shard. */
  public Counters of(int shard) {
    return shards.get(shard);
  }

  /** Reads one counter of all shards. */
  public long get(Counter counter) {
    return shards.stream().mapToLong(page -> page.get(counter)).sum();
  }

  /** Reads all of them, added up. */
  public Map<Counter, Long> snapshot() {
    Map<Counter, Long> values = new EnumMap<>(Counter.class);
    for (Counter counter : Counter.values()) {
      values.put(counter, get(counter));
    }
    return values;
  }

  /** Reads all of them, for each shard. */
  public List<Map<Counter, Long>> snapshots() {
    return shards.stream().map(Counters::snapshot).toList();
  }
}
