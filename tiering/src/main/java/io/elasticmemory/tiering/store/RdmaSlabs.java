package io.elasticmemory.tiering.store;

import io.elasticmemory.wire.RdmaLayout;
import java.lang.foreign.MemorySegment;

/** Where the slabs of a lease are in the exporter's memory, as its directory says. */
final class RdmaSlabs {
  private final long[] addresses;
  private final int[] keys;

  private RdmaSlabs(int slabs) {
    addresses = new long[slabs];
    keys = new int[slabs];
  }

  /**
   * Takes a directory that has been read.
   *
   * @throws LinkFailure if it is not that of the lease
   */
  static RdmaSlabs of(MemorySegment directory, long lease, int slabs) throws LinkFailure {
    RdmaSlabs found = new RdmaSlabs(slabs);
    for (int slab = 0; slab < slabs; slab++) {
      if (!RdmaLayout.isGood(directory, lease, slab)) {
        throw new LinkFailure(
            LinkFailure.Trouble.FOREIGN, "its directory of slabs is not that of our lease");
      }
      found.addresses[slab] = RdmaLayout.address(directory, slab);
      found.keys[slab] = RdmaLayout.key(directory, slab);
    }
    return found;
  }

  long address(int slab) {
    return addresses[slab];
  }

  int key(int slab) {
    return keys[slab];
  }
}
