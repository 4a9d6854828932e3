package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.SLAB_BYTES;

/**
 * A space's right to some slabs. It ends once: released by its holder, or because its time is over.
 * Slabs go back to the pool when the lease has ended and the last request on them has.
 *
 * <pre>
 *   held ──end──▶ ended, in use ──last leave──▶ given back
 *     └───────────end, not in use──────────────────▲
 * </pre>
 */
final class Lease {
  private final long id;
  private final int[] slabs;
  private final SlabPool pool;

  /** Guarded by this. */
  private int users;

  /** Guarded by this. */
  private boolean ended;

  Lease(long id, int[] slabs, SlabPool pool) {
    this.id = id;
    this.slabs = slabs;
    this.pool = pool;
  }

  /** Random, never 0. */
  long id() {
    return id;
  }

  int slabs() {
    return slabs.length;
  }

  /** The slab of the pool that holds a byte of the lease. */
  int slabOf(long offset) {
    return slabs[(int) (offset / SLAB_BYTES)];
  }

  /** True if a range lies within one slab of the lease. */
  boolean holds(long offset, int length) {
    return length > 0
        && offset >= 0
        && offset < slabs.length * SLAB_BYTES
        && length <= SLAB_BYTES - offset % SLAB_BYTES;
  }

  /** Begins to use the slabs; false if the lease has ended. */
  synchronized boolean enter() {
    if (ended) {
      return false;
    }
    users++;
    return true;
  }

  /** Ends a use that {@link #enter} allowed; false if the lease has ended meanwhile. */
  synchronized boolean leave() {
    users--;
    giveBackIfUnused();
    return !ended;
  }

  /** Ends the lease. */
  synchronized void end() {
    if (!ended) {
      ended = true;
      pool.expect(slabs.length);
      giveBackIfUnused();
    }
  }

  private void giveBackIfUnused() {
    if (ended && users == 0) {
      pool.giveBack(slabs);
    }
  }
}
