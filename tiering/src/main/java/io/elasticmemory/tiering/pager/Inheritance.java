package io.elasticmemory.tiering.pager;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.Pages;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.Geometry;

/**
 * What a shard needs to know of a space that an earlier pager has left behind, before it has looked
 * at a single block. Of no use to the first pager of a space.
 *
 * @param stripes of the space
 * @param shard whose stripes are taken over
 * @param residentBytes present in these stripes, or somewhat more
 * @param tableHoles of the block table
 * @param entriesPerTurn entries of the table that are looked at in one turn, in the background
 * @param bytesPerTurn bytes in memory that are, in the same way, or those of one block
 */
record Inheritance(
    Stripes stripes,
    int shard,
    long residentBytes,
    Holes tableHoles,
    int entriesPerTurn,
    int bytesPerTurn) {
  /** Two and a half milliseconds for a million blocks, and 100 us a turn. */
  private static final int ENTRIES_PER_TURN_MAX = 4096;

  /** Their stored bytes are compared with their checksums: 25 us for 64 KiB. */
  private static final int BYTES_PER_TURN_MAX = 256 << 10;

  /** The parts of all shards, to be found before the first of them begins. */
  static Inheritance[] of(
      Stripes stripes,
      Pages pages,
      ShardCounters counters,
      Holes tableHoles,
      Geometry geometry,
      int pageBytes) {
    long[] residentBytes = residentBytes(stripes, pages, counters, geometry, pageBytes);
    Inheritance[] parts = new Inheritance[stripes.shards()];
    for (int shard = 0; shard < parts.length; shard++) {
      parts[shard] =
          new Inheritance(
              stripes,
              shard,
              residentBytes[shard],
              tableHoles,
              ENTRIES_PER_TURN_MAX,
              BYTES_PER_TURN_MAX);
    }
    return parts;
  }

  /**
   * How much is present in the stripes of each shard, or somewhat more: what the one before has
   * counted, and a block that may have come with its last call. The kernel counts the whole space;
   * what nobody has counted may be anywhere, and so is added to each. No more subblocks can be
   * present than the kernel counts pages, of the only shard just so many where a page is a
   * subblock.
   */
  static long[] residentBytes(
      Stripes stripes, Pages pages, ShardCounters counters, Geometry geometry, int pageBytes) {
    long kernelBytes = pages.residentBytes();
    long[] bytes = new long[stripes.shards()];
    long uncounted = kernelBytes;
    for (int shard = 0; shard < bytes.length; shard++) {
      bytes[shard] = counters.of(shard).get(Counter.residentBytes);
      uncounted -= bytes[shard];
    }
    long mostBytes = kernelBytes / pageBytes * geometry.subblockBytes();
    for (int shard = 0; shard < bytes.length; shard++) {
      long expected = bytes[shard] + geometry.blockBytes() + Math.max(0, uncounted);
      bytes[shard] = Math.clamp(expected, 0, Math.min(mostBytes, stripes.bytesOf(shard)));
    }
    return bytes;
  }
}
