package io.elasticmemory.port;

import java.lang.foreign.MemorySegment;

/**
 * The application's pages as the pager sees them: the space's memory file, read and punched through
 * its descriptor and never through a mapping, because a read through a second mapping would
 * allocate zero pages.
 *
 * <p>Offsets are bytes from the start of the space. A failure of the system is an {@link
 * java.io.UncheckedIOException}: the pager cannot go on without its pages and stops loudly.
 */
public interface Pages extends AutoCloseable {
  /** Reads a range into a frame; absent pages read as zeros and stay absent. */
  void read(long offset, MemorySegment frames, long frameOffset, long bytes);

  /**
   * Frees the pages of a range. The caller must check with {@link #nextPresent} that they are gone:
   * a pinned page is zeroed and kept.
   */
  void punch(long offset, long bytes);

  /** Writes a range back: repair of a page that could not be punched, nothing else. */
  void write(long offset, MemorySegment frames, long frameOffset, long bytes);

  /** First offset in {@code [offset, end)} whose page is present, or {@code end}. */
  long nextPresent(long offset, long end);

  /** First offset in {@code [offset, end)} whose page is absent, or {@code end}. */
  long nextAbsent(long offset, long end);

  /** Bytes of all pages present, counted by the kernel. */
  long residentBytes();

  @Override
  void close();
}
