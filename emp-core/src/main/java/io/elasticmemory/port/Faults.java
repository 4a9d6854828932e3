package io.elasticmemory.port;

import java.lang.foreign.MemorySegment;

/**
 * The page faults of a shard's stripes and the calls that resolve them (userfaultfd on Linux).
 *
 * <p>Offsets are bytes from the start of the space, lengths are multiples of the page size. The
 * implementation checks that a range lies within one stripe of the shard before it calls the
 * kernel, because the kernel does not: a call through the descriptor of another shard succeeds and
 * wakes nobody.
 *
 * <p>Calls that install or map return the bytes done, counted from {@code offset} and possibly
 * fewer than asked, or, when nothing was done, one of the negative results below. None of them
 * throws in normal operation, blocks, or allocates. A result that can only be our own bug (a
 * misaligned range, say) throws {@link IllegalStateException}.
 *
 * <p>Only the shard that owns the stripes calls these, from one thread.
 */
public interface Faults extends Pollable, AutoCloseable {
  /** Mode bit: the pages are installed or mapped write-protected. */
  int PROTECTED = 1;

  /** Mode bit: threads that wait for the range are not woken. */
  int QUIET = 2;

  /** Result: a page is there already; look at the state again, then map or wake. */
  long PRESENT = -1;

  /** Result: the address space is changing; try again a bounded number of times. */
  long RETRY = -2;

  /** Result: there is no page to map, or the range is not registered any more. */
  long ABSENT = -3;

  /** Result: the application has exited or called exec. */
  long GONE = -4;

  /** Result: the machine or the cgroup has no memory for the page. */
  long NO_MEMORY = -5;

  /** Reads the messages that wait, at most the batch's capacity, replacing the batch's contents. */
  void read(FaultBatch batch);

  /** Installs {@code bytes} from the frame with one atomic copy. Never overwrites a page. */
  long copy(long offset, MemorySegment frames, long frameOffset, long bytes, int mode);

  /** Installs zeros, not protected. Never overwrites a page. */
  long zero(long offset, long bytes, int mode);

  /** Maps pages that are present but not mapped (answers a MINOR fault). */
  long map(long offset, long bytes, int mode);

  /**
   * Makes every access to pages that are not there an error in the thread that has it (SIGBUS),
   * until a page is installed. Pages that are there, and poisoned ones, are {@link #PRESENT}; the
   * former may lose their protection, so this is for ranges without pages that count.
   */
  long poison(long offset, long bytes);

  /**
   * Write-protects the mapped pages of the range. Pages that are present but not mapped are
   * unaffected: whoever maps them later must say {@link #PROTECTED}.
   */
  void protect(long offset, long bytes);

  /** Takes write protection away and wakes who waits. */
  void unprotect(long offset, long bytes);

  /** Wakes all threads that wait in the range; they fault again if nothing was installed. */
  void wake(long offset, long bytes);

  @Override
  void close();
}
