package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.Geometry;
import io.elasticmemory.wire.HandOver.DonorPart;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * How the slabs of the donors are divided among the shards. A shard gets one for each slab of its
 * stripes and one more, so that every block of its has a slot whatever the other shards do; of each
 * donor about its part, so that all shards have all tiers. Within a donor the parts lie one after
 * another, in the order of the shards. Follows from the hand-over alone: whoever reads it knows
 * where each slot is.
 */
final class SlabShares {
  /** By donor, then shard. */
  private final int[][] slabs;

  /**
   * Divides.
   *
   * @throws IllegalArgumentException if there are fewer slabs than shards need
   */
  SlabShares(List<DonorPart> donors, Stripes stripes) {
    int left = donors.stream().mapToInt(DonorPart::slabs).sum();
    int[] quotas = left == 0 ? new int[stripes.shards()] : quotas(left, stripes);
    slabs = new int[donors.size()][];
    for (int i = 0; i < slabs.length; i++) {
      int all = donors.get(i).slabs();
      slabs[i] = divide(all, quotas, left);
      left -= all;
    }
  }

  /** Slabs of each shard, of all donors together. */
  private static int[] quotas(int all, Stripes stripes) {
    int[] quotas = new int[stripes.shards()];
    if (quotas.length == 1) {
      quotas[0] = all;
      return quotas;
    }
    int left = all;
    for (int shard = 0; shard < quotas.length; shard++) {
      quotas[shard] = 1 + (int) Math.ceilDiv(stripes.bytesOf(shard), Donor.SLAB_BYTES);
      left -= quotas[shard];
    }
    if (left < 0) {
      throw new IllegalArgumentException(
          "%d slabs for %s, which needs %d".formatted(all, stripes, all - left));
    }
    for (int shard = 0; left > 0; shard = (shard + 1) % quotas.length) {
      quotas[shard]++;
      left--;
    }
    return quotas;
  }

  /** Takes the slabs of one donor from the quotas, in proportion to them. */
  private static int[] divide(int donorSlabs, int[] quotas, int all) {
    int[] parts = new int[quotas.length];
    if (donorSlabs == 0) {
      return parts;
    }
    int left = donorSlabs;
    for (int shard = 0; shard < parts.length; shard++) {
      parts[shard] = (int) ((long) donorSlabs * quotas[shard] / all);
      quotas[shard] -= parts[shard];
      left -= parts[shard];
    }
    while (left > 0) {
      int most = 0;
      for (int shard = 1; shard < quotas.length; shard++) {
        most = quotas[shard] > quotas[most] ? shard : most;
      }
      parts[most]++;
      quotas[most]--;
      left--;
    }
    return parts;
  }

  /** What a shard has of a donor; may be 0. */
  long bytes(int donor, int shard) {
    return slabs[donor][shard] * Donor.SLAB_BYTES;
  }

  /** Where in the donor that begins. */
  long baseBytes(int donor, int shard) {
    long base = 0;
    for (int before = 0; before < shard; before++) {
      base += bytes(donor, before);
    }
    return base;
  }

  /**
   * The bits of a shard's slots of a donor.
   *
   * @param table with room for the slots of all slabs
   * @return a bit each, and perhaps some more; none of a donor without slabs
   */
  MemorySegment slots(MemorySegment table, Geometry geometry, int donor, int shard) {
    int before = 0;
    for (int i = 0; i < donor; i++) {
      before += Arrays.stream(slabs[i]).sum();
    }
    before += Arrays.stream(slabs[donor], 0, shard).sum();
    long slabBytes = BlockTableLayout.slabSlotBytes(geometry);
    return table.asSlice(
        BlockTableLayout.slotsAt(geometry) + before * slabBytes, slabs[donor][shard] * slabBytes);
  }
}
