package io.elasticmemory.space;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.alloc.Allocation;
import io.elasticmemory.alloc.Allocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What its owner gives up of a space, on its way to the allocator. Some of it is held back: what a
 * thread still moves, which the JVM does not see when a shared arena is closed, or the rest of a
 * long fill would go into the memory of the next owner; and what is pinned, into which a device may
 * still write. Who gives up never waits for that: the last that leaves or unpins gives the memory
 * to the allocator.
 *
 * <p>Only a use counts that began before the memory was given up. Whoever begins later has no right
 * to the memory, and the JVM or a check of ours has told it so.
 *
 * <p>Safe for use by many threads; holds no lock while memory moves.
 */
final class Returns {
  private final Allocator allocator;
  private final Pins pins;
  private final Set<MemoryUse> uses = ConcurrentHashMap.newKeySet();

  Returns(Allocator allocator, Pins pins) {
    this.allocator = allocator;
    this.pins = pins;
  }

  /** Marks a range as in use, whoever owns it. */
  MemoryUse enter(SpaceRange range) {
    MemoryUse use = new MemoryUse(range, uses::remove);
    uses.add(use);
    return use;
  }

  /** Gives one allocation up, see {@link Allocator#free}. */
  void free(Allocation allocation) {
    if (isAnyHeldBack() && isHeldBack(allocation)) {
      freeLater(allocation);
    } else {
      allocator.free(allocation.offset(), allocation.bytes());
    }
  }

  /** Gives many up, see {@link Allocator#freeAll}. */
  void freeAll(Iterable<Allocation> given) {
    allocator.freeAll(isAnyHeldBack() ? withoutHeldBack(given) : given);
  }

  private List<Allocation> withoutHeldBack(Iterable<Allocation> given) {
    List<Allocation> free = new ArrayList<>();
    for (Allocation allocation : given) {
      if (isHeldBack(allocation)) {
        freeLater(allocation);
      } else {
        free.add(allocation);
      }
    }
    return free;
  }

  private boolean isAnyHeldBack() {
    return !uses.isEmpty() || pins.isAny();
  }

  private boolean isHeldBack(Allocation allocation) {
    SpaceRange range = range(allocation);
    return uses.stream().anyMatch(use -> use.overlaps(range)) || pins.isPinned(range);
  }

  /** When all have left that are at it now, and it is not pinned: at once if that is so by now. */
  private void freeLater(Allocation allocation) {
    SpaceRange range = range(allocation);
    CompletableFuture<?>[] leaving =
        uses.stream()
            .filter(use -> use.overlaps(range))
            .map(MemoryUse::left)
            .toArray(CompletableFuture[]::new);
    CompletableFuture<Void> _ =
        CompletableFuture.allOf(leaving)
            .thenRun(() -> pins.afterUnpin(range, () -> freeNow(allocation)));
  }

  /** In a thread that knows nothing of it. Of a closed space nobody gets anything any more. */
  private void freeNow(Allocation allocation) {
    try {
      allocator.free(allocation.offset(), allocation.bytes());
    } catch (RuntimeException e) {
      if (!(e instanceof EmpException refusal && refusal.kind() == Kind.CLOSED)) {
        PagerLog.get()
            .error(
                "{} bytes at offset {} were held back and could not be freed then, report a bug",
                allocation.bytes(),
                allocation.offset(),
                e);
      }
    }
  }

  private static SpaceRange range(Allocation allocation) {
    return new SpaceRange(allocation.offset(), allocation.bytes());
  }
}
