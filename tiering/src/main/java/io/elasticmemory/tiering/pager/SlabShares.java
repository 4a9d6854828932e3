package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.HandOver.DonorKind;
import io.elasticmemory.wire.HandOver.DonorPart;
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
    int left = donors.stream().mapToInt(SlabShares::slabs).sum();
    int[] quotas = left == 0 ? new int[stripes.shards()] : quotas(left, stripes);
    slabs = new int[donors.size()][];
    for (int i = 0; i < slabs.length; i++) {
      slabs[i] = divide(slabs(donors.get(i)), quotas, left);
      left -= slabs(donors.get(i));
    }
  }

  /** Compressed memory promises no slots, and a copy has none of its own. */
  private static int slabs(DonorPart donor) {
    boolean hasNone = donor.kind() == DonorKind.COMPRESSED || donor.isCopy();
    return hasNone ? 0 : (int) (donor.bytes() / Donor.SLAB_BYTES);
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
}
