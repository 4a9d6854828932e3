package io.elasticmemory.port.verbs;

import io.elasticmemory.EmpException;
import java.lang.foreign.MemorySegment;

/**
 * A domain of a device: a queue pair can be made to touch the regions of its own domain, and no
 * others. Usable from every thread.
 */
public interface ProtectionDomain extends AutoCloseable {
  /** Access: the other side may read. */
  int REMOTE_READ = 1;

  /** Access: the other side may write. */
  int REMOTE_WRITE = 2;

  /** Access: the other side may change words atomically. */
  int REMOTE_ATOMIC = 4;

  /**
   * Has the device use a range of memory: all of its pages are taken and stay where they are until
   * the region is closed. This end may always read and write it. Takes some 100 µs for little
   * memory, and milliseconds for a slab.
   *
   * @param memory native, not of a space, not read-only
   * @param access what the other side may do, 0 for nothing
   * @throws EmpException of kind PLATFORM with the limit, where it is one that refuses
   */
  MemoryRegion register(MemorySegment memory, int access);

  /**
   * A queue for completions.
   *
   * @param entries at least the slots of all its queue pairs
   * @throws EmpException of kind PLATFORM if the device has none left
   */
  CompletionQueue createCompletionQueue(int entries);

  /** Gives it back. Its queue pairs, completion queues and regions are closed before. */
  @Override
  void close();
}
