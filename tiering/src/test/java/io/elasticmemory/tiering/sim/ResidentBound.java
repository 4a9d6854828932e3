package io.elasticmemory.tiering.sim;

import io.elasticmemory.wire.Geometry;

/**
 * How many bytes may be resident: the budget, and on top of it the pages that are there though the
 * shard did not ask for them.
 */
final class ResidentBound {
  private final Geometry geometry;
  private final SimKernel kernel;
  private final TableView table;
  private final Judge judge;
  private long bytes;
  private long narrowBytes;
  private int strangePages;

  ResidentBound(Geometry geometry, SimKernel kernel, TableView table, Judge judge, long bytes) {
    this.geometry = geometry;
    this.kernel = kernel;
    this.table = table;
    this.judge = judge;
    this.bytes = bytes;
  }

  /** Most bytes that may be resident from now on. */
  void set(long most) {
    bytes = most;
  }

  /** The only shard has less DRAM than any may have. */
  void narrow(long most) {
    narrowBytes = most;
    bytes = most;
  }

  /** The DRAM of the only shard, if that is less than any may have; else 0. */
  long narrowBytes() {
    return narrowBytes;
  }

  /**
   * A page is resident that the shard did not ask for, or could not send away. A shard that takes
   * over, and has not seen it yet, counts its subblock as one that was there, and may fill it.
   */
  void strangePage() {
    int pages = geometry.subblockBytes() / kernel.pageBytes();
    strangePages += table.epoch() > 1 ? pages : 1;
  }

  /**
   * Another pager takes over. What it finds of a subblock counts as all of it, and the application
   * may fill it. Pages that nobody asked for count as well, so that for a moment the budget is
   * taken for one that has shrunk.
   */
  void takenOver() {
    int pageBytes = kernel.pageBytes();
    int pages = geometry.subblockBytes() / pageBytes;
    for (long at = 0; at < geometry.capacityBytes(); at += geometry.subblockBytes()) {
      int present = 0;
      for (int page = 0; page < pages; page++) {
        int look = kernel.look(at + (long) page * pageBytes, pageBytes);
        present += (look & SimKernel.ANY_PRESENT) != 0 ? 1 : 0;
        strangePages += (look & SimKernel.ANY_STRANGE) != 0 ? 1 : 0;
      }
      strangePages += present > 0 ? pages - present : 0;
    }
  }

  /** Invariant 9. */
  void check(int block) {
    long bound = bytes + (long) strangePages * kernel.pageBytes();
    if (kernel.residentBytes() > bound) {
      judge.violated(
          9,
          block,
          kernel.residentBytes() + " bytes are resident, more than the budget of " + bound);
    }
  }
}
