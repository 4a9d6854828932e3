package io.elasticmemory.alloc;

/**
 * How the capacity of an allocator is used, at one moment. The first five add up to the capacity.
 *
 * @param usedBytes owned, as asked for
 * @param wasteBytes lost to rounding up to cells and blocks
 * @param idleBytes in cells without an owner; a small allocation can have them, a large one not
 * @param quarantinedBytes freed, until the discard is done
 * @param freeBytes in free spans
 * @param largestFreeBytes the largest of them: the largest allocation possible now
 * @param allocations owned pieces
 */
public record AllocatorFigures(
    long usedBytes,
    long wasteBytes,
    long idleBytes,
    long quarantinedBytes,
    long freeBytes,
    long largestFreeBytes,
    long allocations) {

  /** All bytes there are. */
  public long capacityBytes() {
    return usedBytes + wasteBytes + idleBytes + quarantinedBytes + freeBytes;
  }

  /** From 0, all free bytes in one span, towards 1, scattered; 0 when none is free. */
  public double fragmentation() {
    return freeBytes == 0 ? 0 : 1 - (double) largestFreeBytes / freeBytes;
  }
}
