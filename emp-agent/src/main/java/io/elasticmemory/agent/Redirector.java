package io.elasticmemory.agent;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.agent.sight.Management;
import io.elasticmemory.space.Space;
import io.elasticmemory.space.SpaceHeap;
import io.elasticmemory.thread.SpaceThreads;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.Buffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongBinaryOperator;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the rewritten methods of the JDK do: memory comes from the space if it is large enough,
 * asked for by the right caller, and there is room; else it is ordinary. Nothing is thrown into the
 * program, except an {@link OutOfMemoryError} for want of room if the agent is strict.
 *
 * <p>Called by any thread of the program, with whatever locks it holds.
 */
final class Redirector {
  /** Copies go in steps of this, so that a safepoint waits for no more than one. */
  private static final long STEP_BYTES = 1L << 20;

  /** As {@code malloc} gives on this platform, and more than any Java type needs. */
  private static final long ALIGNMENT = 16;

  private final AgentOptions options;
  private final OrdinaryMemory ordinary;
  private final Management management;
  private final Collection collection = new Collection();
  private final NativeFunctions functions;

  /** Addresses of what the JDK has not counted as direct memory, and must not uncount. */
  private final Set<Long> uncounted = ConcurrentHashMap.newKeySet();

  private final Allocations allocations = new Allocations();
  private volatile @Nullable SpaceOpener opener;
  private volatile @Nullable Space space;

  Redirector(AgentOptions options, OrdinaryMemory ordinary, Management management) {
    this.options = options;
    this.ordinary = ordinary;
    this.management = management;
    this.functions = new NativeFunctions(this);
  }

  /** What has been given. */
  Allocations allocations() {
    return allocations;
  }

  /** The sizes that are redirected begin here. */
  long minBytes() {
    return options.minBytes();
  }

  /** First address of the space, 0 if there is none. */
  long base() {
    Space open = space;
    return open == null ? 0 : open.heap().base();
  }

  /** Bytes of the space, 0 if there is none. */
  long capacityBytes() {
    Space open = space;
    return open == null ? 0 : open.heap().capacityBytes();
  }

  /** Allocations wait for this one from now on. */
  void awaitSpaceOf(SpaceOpener opener) {
    this.opener = opener;
  }

  /** The space is open. */
  void use(Space space) {
    this.space = space;
  }

  /** Whether memory that the JDK allocates now comes from the space, and can be freed. */
  boolean isAtWork() {
    Turn turn = Turn.current();
    turn.probing = true;
    try {
      long address = ordinary.allocate(options.minBytes());
      boolean isOurs = bytesAt(address) > 0;
      ordinary.free(address);
      boolean isAtWork = isOurs && bytesAt(address) == 0;
      if (isAtWork) {
        allocations.neverMind(options.minBytes());
      }
      return isAtWork;
    } finally {
      turn.probing = false;
    }
  }

  // Allocating.

  /**
   * Before the JDK counts a direct buffer or a segment, and allocates it: the memory is got now and
   * kept for the allocation, because only then is it known whether it must be counted.
   */
  boolean reserve(long bytes) {
    Turn turn = Turn.current();
    if (!isRedirected(turn)) {
      return false;
    }
    turn.inside = true;
    try {
      giveKeptBack(turn);
      long address = take(bytes, ALIGNMENT);
      if (address == 0) {
        return false;
      }
      Object _ = uncounted.add(address);
      turn.keptAddress = address;
      turn.keptBytes = bytes;
      return true;
    } finally {
      turn.inside = false;
    }
  }

  /** An allocation that was kept and not fetched: the JDK failed in between. */
  private void giveKeptBack(Turn turn) {
    if (turn.keptBytes != 0) {
      turn.keptBytes = 0;
      Object _ = uncounted.remove(turn.keptAddress);
      giveBack(turn.keptAddress);
    }
  }

  /** The address of zero memory, or 0 for ordinary memory. */
  long allocate(long bytes) {
    Turn turn = Turn.current();
    if (!turn.inside && turn.keptBytes == bytes) {
      turn.keptBytes = 0;
      return fresh(turn, turn.keptAddress, bytes);
    }
    if (!isRedirected(turn)) {
      return 0;
    }
    turn.inside = true;
    try {
      long address = take(bytes, ALIGNMENT);
      return address == 0 ? 0 : fresh(turn, address, bytes);
    } finally {
      turn.inside = false;
    }
  }

  /** As {@link #allocate}, on a boundary of {@code alignment} bytes. */
  long allocateAligned(long bytes, long alignment) {
    Turn turn = Turn.current();
    if (!isRedirected(turn)) {
      return 0;
    }
    turn.inside = true;
    try {
      return take(bytes, Math.max(ALIGNMENT, alignment));
    } finally {
      turn.inside = false;
    }
  }

  private static long fresh(Turn turn, long address, long bytes) {
    turn.freshAddress = address;
    turn.freshBytes = bytes;
    return address;
  }

  private boolean isRedirected(Turn turn) {
    return !turn.inside
        && (turn.probing
            || (!SpaceThreads.isOwn() && options.callers().isRedirected() && isNoCopy()));
  }

  /** Buffers through which channels copy are for the kernel. */
  private boolean isNoCopy() {
    Space open = space;
    return open == null || !open.isUserModeOnly() || !Callers.isChannel();
  }

  /** The open space's memory; absent if there is none. Waits while it is being opened. */
  private @Nullable SpaceHeap heap() {
    Space open = space;
    SpaceOpener opening = opener;
    if (open == null && opening != null) {
      String refusal = opening.awaitEnd();
      if (refusal != null) {
        return null;
      }
      open = space;
    }
    return open == null ? null : open.heap();
  }

  /**
   * The address, or 0 if there is no room. Before that is believed, buffers that nobody can reach
   * any more are freed, as the JDK does at its own limit.
   */
  private long take(long bytes, long alignment) {
    SpaceHeap heap = heap();
    if (heap == null) {
      return 0;
    }
    long address = tryTake(heap, bytes, alignment);
    if (address == 0) {
      address = collection.until(() -> tryTake(heap, bytes, alignment), allocations);
    }
    return address == 0 ? ordinaryInstead(bytes) : address;
  }

  private long tryTake(SpaceHeap heap, long bytes, long alignment) {
    try {
      long address = heap.allocate(bytes, alignment);
      allocations.given(bytes);
      return address;
    } catch (EmpException e) {
      if (e.kind() != Kind.CAPACITY) {
        AgentLog.sayOnce("refused", "memory stays ordinary: " + e.getMessage());
      }
      return 0;
    } catch (RuntimeException e) {
      AgentLog.sayOnce("failed", "memory stays ordinary, report a bug: " + e);
      return 0;
    }
  }

  /** Says so once; 0. */
  private long ordinaryInstead(long bytes) {
    Space open = space;
    if (open == null) {
      return 0;
    }
    String line =
        "the space of %d MiB has no room for %d bytes more"
            .formatted(open.geometry().capacityBytes() >> 20, bytes);
    if (options.strict()) {
      throw new OutOfMemoryError(line + "; enlarge an entry of its path");
    }
    allocations.refused();
    AgentLog.sayOnce(
        "full",
        line + ", which is ordinary memory now; enlarge an entry of its path, or use strict");
    return 0;
  }

  /** Whether the range was just given to this thread, and is zero. */
  long isFresh(long address, long bytes) {
    Turn turn = Turn.current();
    long offset = address - turn.freshAddress;
    boolean isFresh = offset >= 0 && bytes <= turn.freshBytes - offset;
    // Asked once: what is set later is not fresh any more.
    turn.freshBytes = 0;
    return isFresh ? 1 : 0;
  }

  // Freeing.

  /** Takes back what begins at an address of the space. */
  void free(long address) {
    Turn turn = Turn.current();
    boolean wasInside = turn.inside;
    turn.inside = true;
    try {
      boolean wasUncounted = uncounted.remove(address);
      long bytes = giveBack(address);
      turn.uncountedBytes = wasUncounted && bytes > 0 ? bytes : 0;
    } finally {
      turn.inside = wasInside;
    }
  }

  private long giveBack(long address) {
    SpaceHeap heap = heap();
    try {
      long bytes = heap == null ? -1 : heap.free(address);
      if (bytes < 0) {
        AgentLog.sayOnce(
            "free",
            "the program freed 0x%x, where no allocation begins; ignored, it is an error in it"
                .formatted(address));
      } else {
        allocations.takenBack(bytes);
      }
      return bytes;
    } catch (RuntimeException e) {
      AgentLog.sayOnce("failed", "memory was not freed, report a bug: " + e);
      return -1;
    }
  }

  /** Whether what this thread has just freed was not counted. */
  boolean unreserve(long bytes) {
    Turn turn = Turn.current();
    boolean wasUncounted = turn.uncountedBytes == bytes;
    turn.uncountedBytes = 0;
    return wasUncounted;
  }

  // Reallocating.

  /** Whether an address is one of the space. */
  boolean holds(long address) {
    Space open = space;
    return open != null && holds(open.heap(), address);
  }

  private static boolean holds(SpaceHeap heap, long address) {
    return Long.compareUnsigned(address - heap.base(), heap.capacityBytes()) < 0;
  }

  /** Bytes of the allocation that begins at an address of the space, or 0. */
  long bytesAt(long address) {
    Space open = space;
    return open == null ? 0 : Math.max(0, open.heap().bytesAt(address));
  }

  /** In {@code Unsafe.reallocateMemory}: the new address; 0 for ordinary memory that stays so. */
  long reallocate(long address, long bytes) {
    if (address == 0) {
      return bytes < options.minBytes() ? 0 : allocate(bytes);
    }
    if (holds(address)) {
      return move(address, bytes, () -> ordinary.allocate(bytes));
    }
    Turn turn = Turn.current();
    if (!isRedirected(turn)) {
      return 0;
    }
    turn.inside = true;
    try {
      SpaceHeap heap = heap();
      return heap == null ? 0 : adopt(heap, address, bytes);
    } finally {
      turn.inside = false;
    }
  }

  /**
   * Gives an allocation of the space another size.
   *
   * @param elsewhere allocates ordinary memory of that size, or gives 0 if there is none
   * @return the new address, or 0 if there is no memory and the old one stays
   */
  long move(long address, long bytes, LongSupplier elsewhere) {
    Turn turn = Turn.current();
    boolean isWanted = bytes >= options.minBytes() && isRedirected(turn);
    boolean wasInside = turn.inside;
    turn.inside = true;
    try {
      SpaceHeap heap = heap();
      long oldBytes = heap == null ? -1 : heap.bytesAt(address);
      if (heap == null || oldBytes < 0) {
        throw new IllegalArgumentException(
            "no allocation begins at 0x%x, which is to be reallocated".formatted(address));
      }
      if (bytes <= oldBytes && bytes > oldBytes / 2) {
        return address;
      }
      long moved = isWanted ? take(bytes, ALIGNMENT) : 0;
      if (moved == 0) {
        moved = elsewhere.getAsLong();
      }
      if (moved != 0) {
        copy(heap, address, moved, Math.min(oldBytes, bytes));
        long _ = giveBack(address);
      }
      return moved;
    } finally {
      turn.inside = wasInside;
    }
  }

  /** What was ordinary and small has grown: its old size is known to nobody but malloc. */
  private long adopt(SpaceHeap heap, long address, long bytes) {
    long grown = ordinary.reallocate(address, bytes);
    long moved = take(bytes, ALIGNMENT);
    if (moved == 0) {
      return grown;
    }
    copy(heap, grown, moved, bytes);
    ordinary.free(grown);
    return moved;
  }

  private static void copy(SpaceHeap heap, long from, long to, long bytes) {
    MemorySegment source = MemorySegment.ofAddress(from).reinterpret(bytes);
    MemorySegment target = MemorySegment.ofAddress(to).reinterpret(bytes);
    for (long done = 0; done < bytes; done += STEP_BYTES) {
      long step = Math.min(STEP_BYTES, bytes - done);
      if (holds(heap, from)) {
        heap.load(from + done, step);
      }
      MemorySegment.copy(source, done, target, done, step);
    }
  }

  // Setting.

  /** Sets a range of the space to a value: to zero without touching it, if that can be. */
  LongBinaryOperator set(int value) {
    return (address, bytes) -> {
      Turn turn = Turn.current();
      boolean wasInside = turn.inside;
      turn.inside = true;
      try {
        if (value != 0 || !isCleared(address, bytes)) {
          fill(address, bytes, (byte) value);
        }
        return 0;
      } finally {
        turn.inside = wasInside;
      }
    };
  }

  private boolean isCleared(long address, long bytes) {
    Space open = space;
    try {
      if (open != null) {
        open.heap().use(address, bytes, segment -> open.discard(segment, 0, bytes));
      }
      return open != null;
    } catch (RuntimeException e) {
      AgentLog.sayOnce("clear", "memory is zeroed the slow way: " + e.getMessage());
      return false;
    }
  }

  private void fill(long address, long bytes, byte value) {
    Space open = space;
    MemorySegment target = MemorySegment.ofAddress(address).reinterpret(bytes);
    for (long done = 0; done < bytes; done += STEP_BYTES) {
      long step = Math.min(STEP_BYTES, bytes - done);
      if (open != null) {
        open.heap().load(address + done, step);
      }
      MemorySegment _ = target.asSlice(done, step).fill(value);
    }
  }

  // Native functions.

  /** The handle for a native function: one that knows the space for malloc and its like. */
  MethodHandle link(Object[] symbolAndFunction, MethodHandle handle) {
    Turn turn = Turn.current();
    if (turn.inside || SpaceThreads.isOwn()) {
      return handle;
    }
    turn.inside = true;
    try {
      return functions.link(
          (MemorySegment) symbolAndFunction[0], (FunctionDescriptor) symbolAndFunction[1], handle);
    } catch (RuntimeException e) {
      AgentLog.sayOnce("link", "calls of malloc through a linker stay ordinary: " + e);
      return handle;
    } finally {
      turn.inside = false;
    }
  }

  // Channels.

  /**
   * Whether the kernel can read and write this direct buffer wherever its blocks are. Not in a
   * space with user-mode faults only, where it fails at what is absent.
   */
  boolean isReachable(Object buffer) {
    Space open = space;
    return open == null
        || !open.isUserModeOnly()
        || !holds(MemorySegment.ofBuffer((Buffer) buffer).address());
  }

  /** The platform's MBean server is there: ours can be looked at in it. */
  void serverMade(Object server) {
    management.serverMade(server);
  }
}
