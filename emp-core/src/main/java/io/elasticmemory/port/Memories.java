package io.elasticmemory.port;

import java.lang.foreign.MemorySegment;

/** Makes and adopts memory that several processes share. Failures are {@code EmpException}s. */
public interface Memories {
  /** A piece of memory that can be one page. */
  long HUGE_PAGE_BYTES = 2L << 20;

  /**
   * Makes a space, complete as {@link SpaceMemory} describes.
   *
   * @param stripes of a capacity that is a multiple of 2 MiB; nothing is reserved
   * @param acceptUserMode where a fault descriptor that traps the kernel's own accesses is refused,
   *     take one that does not: system calls on absent pages then fail with EFAULT
   */
  SpaceMemory createSpace(Stripes stripes, boolean acceptUserMode);

  /** Makes a space with one shard. */
  default SpaceMemory createSpace(long capacityBytes, boolean acceptUserMode) {
    return createSpace(Stripes.one(capacityBytes), acceptUserMode);
  }

  /**
   * Makes a space with one shard whose absent pages trap every access, the kernel's own included.
   */
  default SpaceMemory createSpace(long capacityBytes) {
    return createSpace(capacityBytes, false);
  }

  /**
   * Makes shared memory.
   *
   * @param name shown in the process' maps, for people
   * @param reserve take all of it now, so that a later touch cannot fail
   */
  SharedMemory createShared(String name, long bytes, boolean reserve);

  /**
   * Maps shared memory that came from another process, after checking that it is what it must be: a
   * memory file sealed against resizing with exactly {@code bytes}. Takes the handle over.
   */
  SharedMemory adoptShared(Handle handle, long bytes);

  /**
   * Memory of this process alone that costs nothing until it is touched and is zero at first. It
   * lives until the process ends.
   */
  MemorySegment reservePrivate(long bytes);

  /**
   * Makes a range of private memory zero again and gives its pages back to the system, as far as it
   * can. Nobody may use the range meanwhile.
   *
   * @param range whole pages of a segment that {@link #reservePrivate} made
   */
  default void clearPrivate(MemorySegment range) {
    range.fill((byte) 0);
  }

  /**
   * Tells the system that a mapped file is read in no order, so that nothing is read ahead. Advice
   * that is not taken costs time, nothing else.
   *
   * @param mapped all of a mapping
   */
  default void expectRandomReads(MemorySegment mapped) {}

  /**
   * Keeps a range out of swap and out of core dumps of this process, as far as the system lets it.
   *
   * @param range whole pages of a mapping
   */
  default void keepSecret(MemorySegment range) {}

  /**
   * Asks for huge pages where memory of {@link #reservePrivate}, which has none, was not touched
   * yet. Advice that the system may not take.
   */
  void preferHugePages(MemorySegment range);

  /**
   * Gives memory of {@link #reservePrivate} its pages now instead of when it is touched. What is
   * there stays, also what others write meanwhile. Advice that the system may not take.
   *
   * @param range whole pages
   */
  default void populatePrivate(MemorySegment range) {}

  /**
   * Puts a piece of private or shared memory into one huge page, if all of it has been touched and
   * the system can. What is there stays; who touches it meanwhile waits for some milliseconds.
   * Advice: whether it was taken makes no difference but to the time it takes to map and unmap it.
   *
   * @param piece of {@value #HUGE_PAGE_BYTES} bytes at a multiple of that
   * @return false if not all of it has been touched yet, so that it is worth another look soon
   */
  default boolean collapse(MemorySegment piece) {
    return true;
  }

  /**
   * How many bytes of private memory are in huge pages now; 0 where the system does not say.
   *
   * @param range of a segment that {@link #reservePrivate} made
   */
  long hugePageBytes(MemorySegment range);

  /**
   * Takes pages of shared memory out of this process' page tables. They stay where they are: the
   * next touch maps them again, which in a space is a MINOR fault.
   *
   * @param range whole pages of shared memory; private memory would lose what it holds
   */
  void unmapShared(MemorySegment range);

  /**
   * The pager's view of the faults of a shard's stripes, after checking that the handle is a
   * userfaultfd. Takes the handle over.
   */
  Faults adoptFaults(Handle handle, long base, Stripes stripes, int shard);

  /** The same for a space with one shard. */
  default Faults adoptFaults(Handle handle, long base, long capacityBytes) {
    return adoptFaults(handle, base, Stripes.one(capacityBytes), 0);
  }

  /**
   * The pager's view of a space's pages, after checking kind, seals and size. Takes the handle
   * over.
   */
  Pages adoptPages(Handle handle, long capacityBytes);

  /** The lock of a memory file that several processes have. The handle stays the caller's. */
  RecordLock recordLock(Handle memoryFile);

  /** The life sign in some shared memory, which stays the caller's. */
  LifeSign lifeSign(MemorySegment memory);

  /** A doorbell of our own. */
  Doorbell createDoorbell();

  /** A doorbell that came from another process. Takes the handle over. */
  Doorbell adoptDoorbell(Handle handle);

  /** What this process may use. */
  MemoryLimits limits();

  /** How short memory is. Takes a millisecond or two of a CPU. */
  MemoryPressure pressure();
}
