package io.elasticmemory.alloc;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Divides a space into allocations. It deals in offsets and never touches the memory.
 *
 * <p>Small ones, up to half a block, are cells of a span of equal cells; larger ones have a span of
 * whole blocks to themselves. Only cells share a block. The smallest free span that fits is cut.
 *
 * <p>Memory is zero when handed out, and a free span always is: it was never owned, or it has been
 * discarded. A freed span goes to the {@link Discarder} and stays in quarantine, owned by nobody,
 * until that is done. A freed cell cannot be discarded, so its next owner is told to zero it
 * ({@link Allocation#mustZero}). A span whose cells are all free is discarded too, but the last
 * {@value #EMPTY_SPANS_KEPT} of them are kept until room is short: a program that opens an arena,
 * takes little and closes it, again and again, would otherwise discard a span each time.
 *
 * <p>Safe for use by any threads. One lock, which is not on the path of a fault.
 */
public final class Allocator {

  /** How many spans of cells may stay without an owned cell. */
  public static final int EMPTY_SPANS_KEPT = 4;

  private static final int BLOCK_BYTES_MIN = 4 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition spanFreed = lock.newCondition();
  private final Discarder discarder;
  private final SizeClasses classes;
  private final int blockBytes;
  private final long capacityBytes;
  private final long waitNanosMax;

  // All below are guarded by the lock.

  private final FreeSpans free;

  /**
   * Threads that wait for a span, the first one first: until it has got one nobody else takes any.
   */
  private final ArrayDeque<Thread> waiting = new ArrayDeque<>();

  /** Bytes asked for by the owner of each span that is a single allocation. */
  private final TreeMap<Long, Long> large = new TreeMap<>();

  private final TreeMap<Long, CellSpan> cellSpans = new TreeMap<>();

  /** For each class, its spans with a free cell, the lowest first so that the highest empty. */
  private final List<TreeMap<Long, CellSpan>> withFreeCells = new ArrayList<>();

  /** Spans kept although all their cells are free, the longest unused first. */
  private final SequencedSet<CellSpan> empty = new LinkedHashSet<>();

  private long usedBytes;
  private long idleBytes;
  private long quarantinedBytes;
  private long allocations;
  private boolean closed;

  /**
   * An allocator whose whole capacity is one free span.
   *
   * @param baseAddress of the space, on a block's boundary; alignments are those of addresses
   * @param capacityBytes of the space; what is beyond the last whole block is not used
   * @param blockBytes a power of two, at least 4 KiB
   * @param quarantineWaitMillis how long an allocation may wait for spans in quarantine when
   *     nothing else is left
   * @param discarder told of every freed span
   */
  public Allocator(
      long baseAddress,
      long capacityBytes,
      int blockBytes,
      int quarantineWaitMillis,
      Discarder discarder) {
    if (blockBytes < BLOCK_BYTES_MIN || Integer.bitCount(blockBytes) != 1) {
      throw new IllegalArgumentException(
          "block of %d bytes is not a power of two from %d".formatted(blockBytes, BLOCK_BYTES_MIN));
    }
    if (capacityBytes < blockBytes || baseAddress % blockBytes != 0) {
      throw new IllegalArgumentException(
          "capacity of %d bytes at address %d does not hold an aligned block of %d bytes"
              .formatted(capacityBytes, baseAddress, blockBytes));
    }
    this.blockBytes = blockBytes;
    this.capacityBytes = capacityBytes - capacityBytes % blockBytes;
    this.waitNanosMax = TimeUnit.MILLISECONDS.toNanos(quarantineWaitMillis);
    this.discarder = discarder;
    this.classes = new SizeClasses(blockBytes);
    this.free = new FreeSpans(baseAddress);
    free.add(0, this.capacityBytes);
    for (int sizeClass = 0; sizeClass < classes.count(); sizeClass++) {
      withFreeCells.add(new TreeMap<>());
    }
  }

  /**
   * Hands out memory that nobody else owns. May wait for spans in quarantine if only they are left.
   *
   * @param bytes from 0, which is given a place of its own as well
   * @param alignment of the address, a power of two
   * @throws IllegalArgumentException if an argument is out of its range
   * @throws EmpException of kind CAPACITY if there is no room, CLOSED after {@link #close}
   */
  public Allocation allocate(long bytes, long alignment) {
    Wish wish = wish(bytes, alignment);
    Allocation allocation = locked(() -> tryAllocate(wish));
    if (allocation == null) {
      discardEmptySpans();
      allocation = locked(() -> awaitRoom(wish));
    }
    if (allocation == null) {
      throw noRoom(wish);
    }
    return allocation;
  }

  /**
   * Takes memory back. Does nothing after {@link #close}.
   *
   * @param offset as allocated
   * @param bytes as asked for
   * @throws EmpException of kind INTERNAL if there is no such allocation
   */
  public void free(long offset, long bytes) {
    discard(locked(() -> give(offset, bytes)));
  }

  /**
   * Takes memory back, as {@link #free} does for each, but discards neighbouring spans at once.
   *
   * @throws EmpException of kind INTERNAL if one is no allocation; the others are freed
   */
  public void freeAll(Iterable<Allocation> given) {
    List<Retired> retired = new ArrayList<>();
    RuntimeException failure = null;
    for (Allocation allocation : given) {
      try {
        // Each by itself, so that nobody who allocates waits for the end of a large arena.
        retired.addAll(locked(() -> give(allocation.offset(), allocation.bytes())));
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    discard(joined(retired), failure);
  }

  /** Discards the spans that are kept although all their cells are free. */
  public void discardEmptySpans() {
    discard(locked(() -> retireEmpty(0)));
  }

  /** Refuses further allocations, also those that wait for room. Closing twice is harmless. */
  public void close() {
    locked(
        () -> {
          closed = true;
          spanFreed.signalAll();
          return closed;
        });
  }

  /** How the capacity is used now. */
  public AllocatorFigures figures() {
    return locked(
        () -> {
          long owned = capacityBytes - free.freeBytes() - quarantinedBytes;
          return new AllocatorFigures(
              usedBytes,
              owned - usedBytes - idleBytes,
              idleBytes,
              quarantinedBytes,
              free.freeBytes(),
              free.largestBytes(),
              allocations);
        });
  }

  // Allocating.

  /**
   * What an allocation asks for, in the allocator's terms.
   *
   * @param sizeClass of its cell, or {@link SizeClasses#NONE} for a span
   * @param spanBytes the whole blocks it needs if no cell is free
   */
  private record Wish(long bytes, long alignment, int sizeClass, long spanBytes) {}

  private Wish wish(long bytes, long alignment) {
    if (bytes < 0) {
      throw new IllegalArgumentException(
          "size of %d bytes is negative; ask for 0 or more".formatted(bytes));
    }
    if (alignment <= 0 || Long.bitCount(alignment) != 1) {
      throw new IllegalArgumentException(
          "alignment of %d bytes is not a power of two; ask for 1, 2, 4 …".formatted(alignment));
    }
    // Before rounding up, which could overflow.
    if (bytes > capacityBytes) {
      throw noRoom(new Wish(bytes, alignment, SizeClasses.NONE, bytes));
    }
    // As the arenas of the JDK do: also an empty segment has an address of its own.
    long atLeast = Math.max(1, bytes);
    int sizeClass = classes.find(atLeast, alignment);
    return new Wish(bytes, alignment, sizeClass, wholeBlocks(atLeast));
  }

  private long wholeBlocks(long bytes) {
    return (bytes + blockBytes - 1) & -blockBytes;
  }

  private @Nullable Allocation tryAllocate(Wish wish) {
    requireOpen();
    return wish.sizeClass() == SizeClasses.NONE ? takeSpan(wish) : takeCell(wish);
  }

  private @Nullable Allocation takeSpan(Wish wish) {
    long offset = takeFree(wish.spanBytes(), wish.alignment());
    if (offset == FreeSpans.NONE) {
      return null;
    }
    large.put(offset, wish.bytes());
    usedBytes += wish.bytes();
    allocations++;
    return new Allocation(offset, wish.bytes(), false);
  }

  private @Nullable Allocation takeCell(Wish wish) {
    CellSpan span = spanWithFreeCell(wish);
    if (span == null) {
      return null;
    }
    boolean mustZero = span.nextMustBeZeroed();
    long offset = span.take();
    empty.remove(span);
    if (span.isFull()) {
      withFreeCells.get(span.sizeClass).remove(span.offset);
    }
    idleBytes -= span.cellBytes;
    usedBytes += wish.bytes();
    allocations++;
    return new Allocation(offset, wish.bytes(), mustZero);
  }

  /** Of the right class, old or new; or else of any class with larger cells. */
  private @Nullable CellSpan spanWithFreeCell(Wish wish) {
    int sizeClass = wish.sizeClass();
    CellSpan span = firstWithFreeCell(sizeClass);
    if (span == null) {
      span = newCellSpan(sizeClass, classes.spanBytes(sizeClass));
    }
    if (span == null) {
      span = newCellSpan(sizeClass, blockBytes);
    }
    while (span == null && ++sizeClass < classes.count()) {
      if (classes.isAligned(sizeClass, wish.alignment())) {
        span = firstWithFreeCell(sizeClass);
      }
    }
    return span;
  }

  private @Nullable CellSpan firstWithFreeCell(int sizeClass) {
    Map.Entry<Long, CellSpan> first = withFreeCells.get(sizeClass).firstEntry();
    return first == null ? null : first.getValue();
  }

  private @Nullable CellSpan newCellSpan(int sizeClass, long spanBytes) {
    long offset = takeFree(spanBytes, blockBytes);
    if (offset == FreeSpans.NONE) {
      return null;
    }
    CellSpan span = new CellSpan(offset, spanBytes, sizeClass, classes.cellBytes(sizeClass));
    cellSpans.put(offset, span);
    withFreeCells.get(sizeClass).put(offset, span);
    idleBytes += (long) span.freeCells() * span.cellBytes;
    return span;
  }

  /** Or none if somebody has waited for one longer. */
  private long takeFree(long bytes, long alignment) {
    return isFirst() ? free.take(bytes, alignment) : FreeSpans.NONE;
  }

  private boolean isFirst() {
    Thread first = waiting.peekFirst();
    return first == null || first.equals(Thread.currentThread());
  }

  /**
   * Waits in a line. Where much is freed and allocated, those that want little would else take all
   * that is freed, piece by piece, and no piece would ever become large enough for who wants more.
   */
  private @Nullable Allocation awaitRoom(Wish wish) {
    waiting.addLast(Thread.currentThread());
    try {
      return awaitRoomInLine(wish);
    } finally {
      boolean _ = waiting.remove(Thread.currentThread());
      spanFreed.signalAll();
    }
  }

  /** Tries again whenever a discard is done, as long as that can help and the time is not over. */
  private @Nullable Allocation awaitRoomInLine(Wish wish) {
    long deadline = System.nanoTime() + waitNanosMax;
    boolean interrupted = false;
    Allocation allocation = tryAllocate(wish);
    while (allocation == null && (!isFirst() || quarantineCanHelp(wish))) {
      long remainingNanos = deadline - System.nanoTime();
      if (remainingNanos <= 0) {
        break;
      }
      try {
        long _ = spanFreed.awaitNanos(remainingNanos);
      } catch (InterruptedException e) {
        // An allocation is no point to be interrupted at; the wait is short anyway.
        interrupted = true;
      }
      allocation = tryAllocate(wish);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return allocation;
  }

  private boolean quarantineCanHelp(Wish wish) {
    return quarantinedBytes > 0 && wish.spanBytes() <= free.freeBytes() + quarantinedBytes;
  }

  // Freeing.

  /** A span that nobody owns, from its last free until its discard is done. */
  private record Retired(long offset, long bytes) {
    long end() {
      return offset + bytes;
    }
  }

  private List<Retired> give(long offset, long bytes) {
    if (closed) {
      return List.of();
    }
    Long askedBytes = large.get(offset);
    return askedBytes == null ? giveCell(offset, bytes) : giveSpan(offset, bytes, askedBytes);
  }

  private List<Retired> giveSpan(long offset, long bytes, long askedBytes) {
    if (bytes != askedBytes) {
      throw notAllocated(offset, bytes);
    }
    large.remove(offset);
    usedBytes -= bytes;
    allocations--;
    return List.of(retire(offset, wholeBlocks(Math.max(1, bytes))));
  }

  private List<Retired> giveCell(long offset, long bytes) {
    Map.Entry<Long, CellSpan> below = cellSpans.floorEntry(offset);
    CellSpan span = below == null ? null : below.getValue();
    boolean given =
        span != null
            && offset < span.offset + span.spanBytes
            && bytes >= 0
            && bytes <= span.cellBytes
            && span.give(offset);
    if (span == null || !given) {
      throw notAllocated(offset, bytes);
    }
    usedBytes -= bytes;
    idleBytes += span.cellBytes;
    allocations--;
    withFreeCells.get(span.sizeClass).put(span.offset, span);
    if (span.isEmpty()) {
      empty.addLast(span);
    }
    return retireEmpty(EMPTY_SPANS_KEPT);
  }

  private List<Retired> retireEmpty(int kept) {
    List<Retired> retired = new ArrayList<>();
    while (!closed && empty.size() > kept) {
      CellSpan span = empty.removeFirst();
      cellSpans.remove(span.offset);
      withFreeCells.get(span.sizeClass).remove(span.offset);
      idleBytes -= (long) span.freeCells() * span.cellBytes;
      retired.add(retire(span.offset, span.spanBytes));
    }
    return retired;
  }

  private Retired retire(long offset, long bytes) {
    quarantinedBytes += bytes;
    return new Retired(offset, bytes);
  }

  private static List<Retired> joined(List<Retired> retired) {
    List<Retired> sorted = new ArrayList<>(retired);
    sorted.sort(Comparator.comparingLong(Retired::offset));
    List<Retired> joined = new ArrayList<>();
    for (Retired span : sorted) {
      if (!joined.isEmpty() && joined.getLast().end() == span.offset()) {
        Retired before = joined.removeLast();
        joined.add(new Retired(before.offset(), before.bytes() + span.bytes()));
      } else {
        joined.add(span);
      }
    }
    return joined;
  }

  private void discard(List<Retired> retired) {
    discard(retired, null);
  }

  /** Without the lock, because the discarder is not ours and may finish at once. */
  private void discard(List<Retired> retired, @Nullable RuntimeException before) {
    RuntimeException failure = before;
    for (Retired span : retired) {
      try {
        discarder.discard(span.offset(), span.bytes(), release(span));
      } catch (RuntimeException e) {
        // The span stays in quarantine: memory that may not be zero is worse than less of it.
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private Runnable release(Retired span) {
    return new Runnable() {
      private boolean released;

      @Override
      public void run() {
        locked(
            () -> {
              if (!released) {
                released = true;
                quarantinedBytes -= span.bytes();
                free.add(span.offset(), span.bytes());
                spanFreed.signalAll();
              }
              return released;
            });
      }
    };
  }

  // Answers.

  private void requireOpen() {
    if (closed) {
      throw new EmpException(
          Kind.CLOSED, "the space is closed; allocate before closing it, or open another");
    }
  }

  private EmpException noRoom(Wish wish) {
    AllocatorFigures now = figures();
    return new EmpException(
        Kind.CAPACITY,
        ("cannot allocate %s aligned to %s: largest free span %s, free %s, in quarantine %s, of %s;"
             + " close arenas that are no longer needed, or give the memory path more below dram")
            .formatted(
                size(wish.bytes()),
                size(wish.alignment()),
                size(now.largestFreeBytes()),
                size(now.freeBytes()),
                size(now.quarantinedBytes()),
                size(capacityBytes)));
  }

  private static EmpException notAllocated(long offset, long bytes) {
    return new EmpException(
        Kind.INTERNAL,
        "freed %d bytes at offset %d, where no such allocation is; nothing was freed, report a bug"
            .formatted(bytes, offset));
  }

  private static String size(long bytes) {
    String[] units = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    int unit = bytes == 0 ? 0 : Math.min(Long.numberOfTrailingZeros(bytes) / 10, units.length - 1);
    return (bytes >> (10 * unit)) + " " + units[unit];
  }

  /** What is done under the lock. */
  private interface Step<T extends @Nullable Object> {
    T run();
  }

  private <T extends @Nullable Object> T locked(Step<T> step) {
    lock.lock();
    try {
      return step.run();
    } finally {
      lock.unlock();
    }
  }
}
