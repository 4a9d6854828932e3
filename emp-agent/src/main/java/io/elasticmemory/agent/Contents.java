package io.elasticmemory.agent;

import io.elasticmemory.EmpException;
import io.elasticmemory.space.MemoryUse;
import io.elasticmemory.space.SpaceHeap;
import java.lang.foreign.MemorySegment;
import java.util.function.LongBinaryOperator;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * What redirected memory holds: taken along when an allocation gets another size, and set to a
 * value. Where memory comes from and goes to is the {@link Redirector}'s business.
 *
 * <p>Called by any thread of the program, with whatever locks it holds.
 */
final class Contents {
  /** Copies go in steps of this, so that a safepoint waits for no more than one. */
  private static final long STEP_BYTES = 1L << 20;

  private final Redirector redirector;
  private final OrdinaryMemory ordinary;

  Contents(Redirector redirector, OrdinaryMemory ordinary) {
    this.redirector = redirector;
    this.ordinary = ordinary;
  }

  // Moving.

  /** In {@code Unsafe.reallocateMemory}: the new address; 0 for ordinary memory that stays so. */
  long reallocate(long address, long bytes) {
    if (address == 0) {
      return bytes < redirector.minBytes() ? 0 : redirector.allocate(bytes);
    }
    if (redirector.holds(address)) {
      return move(address, bytes, () -> ordinary.allocate(bytes));
    }
    return redirector.isRedirected(Turn.current())
        ? takeOver(bytes, () -> ordinary.reallocate(address, bytes), ordinary::free)
        : 0;
  }

  /**
   * Gives an allocation of the space another size.
   *
   * @param elsewhere allocates ordinary memory of that size, or gives 0 if there is none
   * @return the new address, or 0 if there is no memory and the old one stays
   */
  long move(long address, long bytes, LongSupplier elsewhere) {
    Turn turn = Turn.current();
    boolean isWanted = bytes >= redirector.minBytes() && redirector.isRedirected(turn);
    boolean wasInside = turn.inside;
    turn.inside = true;
    try {
      long oldBytes = redirector.bytesAt(address);
      if (oldBytes == 0) {
        throw new IllegalArgumentException(
            "no allocation begins at 0x%x, which is to be reallocated".formatted(address));
      }
      if (bytes <= oldBytes && bytes > oldBytes / 2) {
        return address;
      }
      long moved = isWanted ? redirector.take(bytes, Redirector.ALIGNMENT) : 0;
      if (moved == 0) {
        moved = elsewhere.getAsLong();
      }
      if (moved != 0) {
        copy(address, moved, Math.min(oldBytes, bytes));
        long _ = redirector.giveBack(address);
      }
      return moved;
    } finally {
      turn.inside = wasInside;
    }
  }

  /**
   * Moves ordinary memory that grows into the space, if this thread's allocations go there and
   * there is room. Its old size is known to nobody but malloc, so that has to make it as large. The
   * new place is got first, because the old one is gone afterwards.
   *
   * @param grow gives it the new size: its address, or 0 if it stays as it was
   * @param free takes what has grown back
   * @return its address, or 0 if it stays as it was
   */
  long takeOver(long bytes, LongSupplier grow, LongConsumer free) {
    Turn turn = Turn.current();
    boolean wasInside = turn.inside;
    long moved = 0;
    long grown = 0;
    try {
      boolean isWanted = redirector.isRedirected(turn);
      turn.inside = true;
      moved = isWanted ? redirector.take(bytes, Redirector.ALIGNMENT) : 0;
      grown = grow.getAsLong();
    } finally {
      if (moved != 0 && grown == 0) {
        long _ = redirector.giveBack(moved);
      }
      turn.inside = wasInside;
    }
    if (moved == 0 || grown == 0) {
      return grown;
    }
    copy(grown, moved, bytes);
    free.accept(grown);
    return moved;
  }

  private void copy(long from, long to, long bytes) {
    MemorySegment source = MemorySegment.ofAddress(from).reinterpret(bytes);
    MemorySegment target = MemorySegment.ofAddress(to).reinterpret(bytes);
    for (long done = 0; done < bytes; done += STEP_BYTES) {
      long step = Math.min(STEP_BYTES, bytes - done);
      load(from + done, step);
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
      // The JVM does not see, when another thread closes the arena, that this one is still at it.
      try (MemoryUse _ = redirector.enter(address, bytes)) {
        // What is forgotten in part is zeroed for the rest, which comes here again.
        if (value != 0 || wasInside || !redirector.isForgotten(address, bytes)) {
          fill(address, bytes, (byte) value);
        }
        return 0;
      } finally {
        turn.inside = wasInside;
      }
    };
  }

  private void fill(long address, long bytes, byte value) {
    MemorySegment target = MemorySegment.ofAddress(address).reinterpret(bytes);
    for (long done = 0; done < bytes; done += STEP_BYTES) {
      long step = Math.min(STEP_BYTES, bytes - done);
      load(address + done, step);
      MemorySegment _ = target.asSlice(done, step).fill(value);
    }
  }

  /** Absent memory comes where it does not hold up a safepoint. */
  private void load(long address, long bytes) {
    SpaceHeap heap = redirector.holds(address) ? redirector.heap() : null;
    if (heap == null) {
      return;
    }
    try {
      heap.load(address, bytes);
    } catch (EmpException e) {
      // Whoever moves it now waits for its faults instead.
      AgentLog.sayOnce("load", "memory is moved the slow way: " + e.getMessage());
    }
  }
}
