package io.elasticmemory.port.contract;

import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Pages;
import java.lang.foreign.MemorySegment;

/**
 * A small space, all of it untouched, with an application that touches it: what the contract tests
 * of {@link Faults} and {@link Pages} work on.
 */
public interface SpaceBench extends AutoCloseable {
  /** Pages a bench has at least, and frames too. */
  int PAGES_MIN = 16;

  /** The faults of the space. */
  Faults faults();

  /** The pages of the space. */
  Pages pages();

  /** The unit of faults. */
  int pageBytes();

  /** Length of the space. */
  long capacityBytes();

  /**
   * Memory from which pages are installed and into which they are read: {@link #PAGES_MIN} pages.
   */
  MemorySegment frames();

  /** A thread of the application starts to read the eight bytes at the offset. */
  Access read(long offset);

  /** A thread of the application starts to write eight bytes at the offset. */
  Access write(long offset, long value);

  /** The application unmaps pages and keeps their bytes. */
  void unmap(long offset, long bytes);

  /** Lets the application's threads run for about a millisecond. */
  void pause();

  /** Releases every thread that still waits, and everything else. */
  @Override
  void close();

  /** An access by a thread that may have to wait for the page. */
  interface Access {
    /** True once the thread has got its page. */
    boolean hasEnded();

    /** What it has read, once it has ended. */
    long value();
  }
}
