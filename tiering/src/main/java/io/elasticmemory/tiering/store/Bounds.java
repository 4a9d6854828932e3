package io.elasticmemory.tiering.store;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;

/** What may be asked of a donor. */
final class Bounds {
  private Bounds() {}

  /**
   * At most a block, within one slab.
   *
   * @throws IllegalArgumentException if it is not
   */
  static void require(Transfer transfer, Donor donor, int blockBytes) {
    long position = transfer.position();
    int bytes = transfer.bytes();
    boolean inside = position >= 0 && bytes > 0 && position <= donor.grantedBytes() - bytes;
    if (!inside
        || bytes > blockBytes
        || position / Donor.SLAB_BYTES != (position + bytes - 1) / Donor.SLAB_BYTES) {
      throw new IllegalArgumentException(
          "%d bytes at %d of %s are not a block within one of the slabs of its %d bytes"
              .formatted(bytes, position, donor.name(), donor.grantedBytes()));
    }
  }
}
