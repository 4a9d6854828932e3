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
  private final Returns returns;
  private final Map<Long, Allocation> allocations = new ConcurrentHashMap<>();

  SpaceHeap(SpaceMemory memory, Allocator allocator, Returns returns) {
    this.memory = memory;
    this.allocator = allocator;
    this.returns = returns;
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
   * @throws EmpException of kind CAPACITY if there is no room, in the space or in DRAM
   */
  public long allocate(long bytes, long alignment) {
    Allocation allocation = allocator.allocate(bytes, alignment);
    boolean given = false;
    try {
      if (allocation.mustZero()) {
        zero(allocation);
      }
      allocations.put(allocation.offset(), allocation);
      given = true;
    } finally {
      if (!given) {
        // Nobody will ever know where it is.
        allocator.free(allocation.offset(), allocation.bytes());
      }
    }
    return memory.base() + allocation.offset();
  }

  /** Absent memory is fetched where it does not hold up a safepoint; never more than a block. */
  private void zero(Allocation allocation) {
    memory.load(allocation.offset(), allocation.bytes());
    use(memory.base() + allocation.offset(), allocation.bytes(), segment -> segment.fill((byte) 0));
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
   * Marks a range as in use until that is closed. What is freed of it meanwhile is handed to nobody
   * before; who frees it does not wait. For what goes on moving memory where the JVM, when another
   * thread closes the arena, does not see it any more: it looks at the topmost ten frames of a
   * thread only. So it is to be called from within those, before any of the memory moves.
   *
   * <p>Takes no lock, costs about as much as two entries into a map, and asks nothing of the range:
   * it may lie within an allocation, span several, or be that of an arena.
   */
  public MemoryUse enter(long address, long bytes) {
    return returns.enter(new SpaceRange(address - memory.base(), bytes));
  }

  /**
   * Takes an allocation back; it is handed out again when nobody {@link #enter uses} it any more
   * and it is not pinned.
   *
   * @return how many bytes it had, or -1 if none begins at this address
   */
  public long free(long address) {
    @Nullable Allocation allocation = allocations.remove(address - memory.base());
    if (allocation == null) {
      return -1;
    }
    returns.free(allocation);
    return allocation.bytes();
  }
}
