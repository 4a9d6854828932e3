package io.elasticmemory.space;

import io.elasticmemory.EmpException;
import io.elasticmemory.alloc.Allocation;
import io.elasticmemory.alloc.Allocator;
import io.elasticmemory.port.SpaceMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Memory of a space by address, for programs that allocate and free as with {@code malloc}. Whoever
 * frees says nothing but the address, so each allocation is remembered here.
 *
 * <p>Safe for use by many threads.
 */
public final class SpaceHeap {
  private final SpaceMemory memory;
  private final Allocator allocator;
  private final Map<Long, Allocation> allocations = new ConcurrentHashMap<>();

  SpaceHeap(SpaceMemory memory, Allocator allocator) {
    this.memory = memory;
    this.allocator = allocator;
  }

  /** First address of the space. */
  public long base() {
    return memory.base();
  }

  /** Length of the space in bytes. */
  public long capacityBytes() {
    return memory.capacityBytes();
  }

  /**
   * Zero memory, which is not touched unless it is less than half a block and was somebody else's.
   *
   * @param bytes positive
   * @param alignment a power of two
   * @return the address of its first byte
   * @throws EmpException of kind CAPACITY if there is no room
   */
  public long allocate(long bytes, long alignment) {
    Allocation allocation = allocator.allocate(bytes, alignment);
    if (allocation.mustZero()) {
      // Absent memory is fetched where it does not hold up a safepoint; never more than a block.
      memory.load(allocation.offset(), allocation.bytes());
      use(
          memory.base() + allocation.offset(),
          allocation.bytes(),
          segment -> segment.fill((byte) 0));
    }
    allocations.put(allocation.offset(), allocation);
    return memory.base() + allocation.offset();
  }

  /** Bytes of the allocation that begins at an address, or -1 if none does. */
  public long bytesAt(long address) {
    Allocation allocation = allocations.get(address - memory.base());
    return allocation == null ? -1 : allocation.bytes();
  }

  /** Makes a range present, see {@link Space#load}. */
  public void load(long address, long bytes) {
    memory.load(address - memory.base(), bytes);
  }

  /** Lends a range as a segment that is good for this call only. */
  public void use(long address, long bytes, Consumer<MemorySegment> user) {
    try (Arena arena = Arena.ofConfined()) {
      user.accept(memory.segment(address - memory.base(), bytes, arena, () -> {}));
    }
  }

  /**
   * Takes an allocation back.
   *
   * @return how many bytes it had, or -1 if none begins at this address
   */
  public long free(long address) {
    @Nullable Allocation allocation = allocations.remove(address - memory.base());
    if (allocation == null) {
      return -1;
    }
    allocator.free(allocation.offset(), allocation.bytes());
    return allocation.bytes();
  }
}
