package io.elasticmemory.port;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The application's side of a space: a sealed, sparse memory file mapped shared at a base aligned
 * to 2 MiB, each stripe registered for MISSING, MINOR and write-protect faults with the fault
 * descriptor of its shard, never inherited by a fork, never dumped, never made of huge pages. The
 * application keeps its own copies of all descriptors: if the last copy of a fault descriptor
 * closed, absent pages would silently read as zero.
 *
 * <p>Safe for use by many threads, except {@link #close}.
 */
public interface SpaceMemory extends AutoCloseable {
  /** First address. */
  long base();

  /** Length in bytes. */
  long capacityBytes();

  /** How its range is divided among fault descriptors. */
  Stripes stripes();

  /** The fault descriptor (userfaultfd) of a shard's stripes, to be handed to the pager. */
  Handle faults(int shard);

  /** The only fault descriptor of a space with one shard. */
  default Handle faults() {
    return faults(0);
  }

  /** The memory file, to be handed to the pager. */
  Handle pages();

  /**
   * A part of the space as a segment that lives as long as {@code scope}.
   *
   * @param cleanup runs once when the scope closes
   */
  MemorySegment segment(long offset, long bytes, Arena scope, Runnable cleanup);

  /**
   * Makes a range present before anyone needs it. The faults are taken in native state, so
   * safepoints and collections go on meanwhile. Blocks until all is there or memory is refused.
   */
  void load(long offset, long bytes);

  /**
   * As {@link #load}, but false if some of the range is absent or not mapped and the faults of this
   * space trap user-mode accesses only: then nobody waits for it, and the pager has to be asked.
   */
  boolean tryLoad(long offset, long bytes);

  /**
   * True if only accesses in user mode wait for absent pages. Accesses by the kernel to pages that
   * are absent, not mapped, or to be written and protected, fail: a system call with EFAULT.
   */
  boolean isUserModeOnly();

  /** Unmaps a range but keeps its bytes: the next touch is a MINOR fault. */
  void unmap(long offset, long bytes);

  /** True if every page of the range is present. Touches nothing. */
  boolean isPresent(long offset, long bytes);

  /** Bytes of all pages present, counted by the kernel. */
  long residentBytes();

  /**
   * For a space that lives as long as the process: its range can never be unmapped, moved or mapped
   * over from now on, by whatever mistake. Not closed afterwards.
   *
   * @return false where the kernel cannot (before Linux 6.10)
   */
  boolean seal();

  /**
   * Unregisters and unmaps. Only after the pager has answered that its last call is done, or is
   * dead: a late call of its would hit whatever lives at the address next.
   */
  @Override
  void close();
}
