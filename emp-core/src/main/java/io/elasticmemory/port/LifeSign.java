package io.elasticmemory.port;

/**
 * Tells that a process has begun to end, which is some milliseconds, or tens of them, before it has
 * ended: the kernel takes its memory apart in between. Only a hint: the process runs no more code
 * of its own, but a system call of its may still be under way. Who acts on what it leaves behind
 * waits for its {@link RecordLock}.
 *
 * <p>It takes {@link #BYTES} of memory that the processes share. Usable from every thread; whatever
 * happens to the memory, nothing here throws or waits for ever for it but {@link #awaitEnd}.
 */
public interface LifeSign {
  /** Bytes it takes, at a multiple of as many. */
  long BYTES = 64;

  /** Makes memory that is zero ready, unless it is; by one process at a time. */
  void format();

  /**
   * From now on the end of the calling thread is told. That thread lives as long as its process,
   * and the memory stays mapped as long as the thread lives.
   *
   * @param who what those are told who wait; not 0
   * @return false if another has it now, or it was never made ready
   */
  boolean hold(long who);

  /**
   * Waits, as long as it takes, until the thread that has it begins to end; one that waits is told.
   *
   * @return who has begun to end; 0, at once, if none has it
   */
  long awaitEnd();
}
