package io.elasticmemory.agent;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.space.MemoryUse;
import io.elasticmemory.space.Space;
import io.elasticmemory.space.SpaceHeap;
import io.elasticmemory.thread.SpaceThreads;
import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the rewritten methods of the JDK do to get memory and to give it back: it comes from the
 * space if it is large enough, asked for by the right caller, and there is room; else it is
 * ordinary. Nothing is thrown into the program, except an {@link OutOfMemoryError} for want of room
 * if the agent is strict. What the memory holds is the business of {@link Contents}.
 *
 * <p>Called by any thread of the program, with whatever locks it holds.
 */
final class Redirector {
  /** As {@code malloc} gives on this platform, and more than any Java type needs. */
  static final long ALIGNMENT = 16;

  private static final long COLLECTION_PAUSE_MILLIS = 5_000;

  private final AgentOptions options;
  private final boolean usermode;
  private final Collection collection;

  /** Addresses of what the JDK has not counted as direct memory, and must not uncount. */
  private final Set<Long> uncounted = ConcurrentHashMap.newKeySet();

  private final Allocations allocations = new Allocations();
  private volatile @Nullable SpaceOpener opener;
  private volatile @Nullable Space space;

  /**
   * Without a space yet.
   *
   * @param usermode whether the space may be one whose absent memory the kernel cannot wait for
   */
  Redirector(AgentOptions options, boolean usermode) {
    this.options = options;
    this.usermode = usermode;
    this.collection = new Collection(options.strict() ? 0 : COLLECTION_PAUSE_MILLIS);
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

  /** From now on memory comes from this space. */
  void use(Space space) {
    this.space = space;
  }

  /**
   * Whether memory that the JDK allocates would come from a space, and could be freed. No other
   * thread gets any of it here.
   *
   * @param ordinary allocates as the JDK does
   * @param opened not in use, and large enough for the smallest allocation that is redirected
   */
  boolean isAtWork(OrdinaryMemory ordinary, Space opened) {
    Turn turn = Turn.current();
    turn.probed = opened;
    try {
      long address = ordinary.allocate(options.minBytes());
      boolean isOurs = opened.heap().bytesAt(address) > 0;
      ordinary.free(address);
      boolean isAtWork = isOurs && opened.heap().bytesAt(address) < 0;
      if (isAtWork) {
        allocations.neverMind(options.minBytes());
      }
      return isAtWork;
    } finally {
      turn.probed = null;
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
        turn.refusedBytes = bytes;
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
    turn.refusedBytes = 0;
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
    if (!isRedirected(turn) || wasRefused(turn, bytes)) {
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

  /** What was just refused is not tried, nor counted, again. */
  private static boolean wasRefused(Turn turn, long bytes) {
    boolean isRefused = turn.refusedBytes == bytes;
    turn.refusedBytes = 0;
    return isRefused;
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

  /** Whether what this thread allocates now is to come from the space. */
  boolean isRedirected(Turn turn) {
    return !turn.inside
        && (turn.probed != null
            || (!SpaceThreads.isOwn() && options.callers().isRedirected() && isNoCopy()));
  }

  /**
   * Buffers through which channels copy are for the kernel. While the space is being opened it is
   * not known yet what the kernel can do there, and the buffer stays for the thread's life.
   */
  private boolean isNoCopy() {
    Space open = space;
    boolean isCopied = open == null ? usermode : open.isUserModeOnly();
    return !isCopied || !Callers.isChannel();
  }

  /** The open space's memory; absent if there is none. Waits while it is being opened. */
  @Nullable SpaceHeap heap() {
    Space probed = Turn.current().probed;
    if (probed != null) {
      return probed.heap();
    }
    Space open = space;
    SpaceOpener opening = opener;
    if (open == null && opening != null) {
      boolean _ = opening.awaitEnd();
      open = space;
    }
    return open == null ? null : open.heap();
  }

  /**
   * The address, or 0 if there is no room. Before that is believed, buffers that nobody can reach
   * any more are freed, as the JDK does at its own limit.
   */
  long take(long bytes, long alignment) {
    SpaceHeap heap = heap();
    if (heap == null) {
      return 0;
    }
    long address = tryTake(heap, bytes, alignment);
    if (address == 0 && bytes <= heap.capacityBytes()) {
      address = collection.until(() -> tryTake(heap, bytes, alignment));
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

  /** Takes it back; how many bytes it had, -1 if it is no allocation. */
  long giveBack(long address) {
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

  // What is where.

  /** Whether an address is one of the space. */
  boolean holds(long address) {
    Space open = space;
    return open != null
        && Long.compareUnsigned(address - open.heap().base(), open.heap().capacityBytes()) < 0;
  }

  /** Keeps a range of the space from being given to anybody else until that is closed. */
  @Nullable MemoryUse enter(long address, long bytes) {
    Space open = space;
    return open == null ? null : open.heap().enter(address, bytes);
  }

  /** Bytes of the allocation that begins at an address of the space, or 0. */
  long bytesAt(long address) {
    Space open = space;
    return open == null ? 0 : Math.max(0, open.heap().bytesAt(address));
  }

  /** Zeroes a range of the space by forgetting it; false if it has to be filled. */
  boolean isForgotten(long address, long bytes) {
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
}
