package io.elasticmemory.space;

import static io.elasticmemory.wire.CommandRingLayout.ADVISE;
import static io.elasticmemory.wire.CommandRingLayout.KEEP;
import static io.elasticmemory.wire.CommandRingLayout.LET_GO;
import static io.elasticmemory.wire.CommandRingLayout.PREFETCH;
import static io.elasticmemory.wire.CommandRingLayout.RESIZE;
import static io.elasticmemory.wire.CommandRingLayout.UNLOAD;

import io.elasticmemory.Advice;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.EmpStatistics;
import io.elasticmemory.MemPath;
import io.elasticmemory.alloc.Allocator;
import io.elasticmemory.alloc.AllocatorFigures;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.SpaceMemory;
import io.elasticmemory.space.SpacePlan.DramRange;
import io.elasticmemory.thread.SpaceThreads;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One open space, behind {@link io.elasticmemory.Emp}: opened by {@link SpaceOpening}, ended by
 * {@link SpaceEnd} when it is closed and its memory out of reach.
 */
public final class Space {
  /** How long an allocation waits for blocks that are still being forgotten. */
  private static final int QUARANTINE_WAIT_MILLIS = 10_000;

  /** The pager's answer to a resize that a later one has replaced. */
  private static final long OVERTAKEN = 1;

  /** A load is done in steps of at most this many bytes. */
  private static final long LOAD_BYTES_MAX = 4L << 20;

  /** So many steps of a load have room in a small budget. */
  private static final int LOADS_IN_DRAM = 8;

  private final SpaceParts parts;
  private final SpaceMemory memory;
  private final CommandRings commands;
  private final ShardCounters counters;
  private final Allocator allocator;
  private final Pins pins;
  private final Discards discards;
  private final Returns returns;
  private final SpaceUse use = new SpaceUse();
  private final Arena globalLifetime = Arena.ofShared();
  private final ArenaMemory globalArena;
  private final SpaceHeap heap;
  private final @Nullable DramThread dramThread;
  private volatile long budgetBytes;
  private CompletableFuture<Void> lastResize = CompletableFuture.completedFuture(null);

  Space(SpaceParts parts) {
    this.parts = parts;
    this.commands = parts.commands();
    this.memory = memory(parts.made().memory());
    this.counters = new ShardCounters(parts.made().counters().segment());
    this.budgetBytes = parts.plan().budgetBytes();
    this.pins =
        new Pins(commands, geometry().blockBytes(), parts.minimumBudgetBytes(), budgetBytes);
    this.discards = new Discards(memory, commands, pins, geometry().blockBytes());
    this.allocator =
        new Allocator(
            memory.base(),
            geometry().capacityBytes(),
            geometry().blockBytes(),
            QUARANTINE_WAIT_MILLIS,
            discards::forget);
    this.returns = new Returns(allocator, pins);
    this.heap = new SpaceHeap(memory, allocator, returns);
    this.globalArena = new ArenaMemory(memory, allocator, returns, globalLifetime, () -> {});
    this.dramThread = dramThread(parts.plan().range());
  }

  /** Follows memory pressure from now on, if there is a range for that. */
  private @Nullable DramThread dramThread(@Nullable DramRange range) {
    if (range == null) {
      return null;
    }
    long leastBytes = Math.max(range.leastBytes(), parts.minimumBudgetBytes());
    DramFollower follower = new DramFollower(leastBytes, Math.max(leastBytes, range.mostBytes()));
    DramThread thread =
        new DramThread(parts.pressure(), follower, this::budgetBytes, this::resize, counters);
    thread.start();
    return thread;
  }

  /** What loads absent memory in a way that its faults allow. */
  private SpaceMemory memory(SpaceMemory made) {
    return made.isUserModeOnly()
        ? new UserModeMemory(made, commands, geometry().blockBytes(), this::budgetBytes)
        : made;
  }

  /** Opens a space; nothing is left behind if that fails. */
  public static Space open(MemPath path) {
    return open(path, () -> {});
  }

  /**
   * Opens a space; nothing is left behind if that fails.
   *
   * @param accepted called when only the pager can still refuse, which takes longest
   */
  public static Space open(MemPath path, Runnable accepted) {
    return new Space(SpaceOpening.open(path, accepted));
  }

  /**
   * From now on the space lives as long as the process, sealed where the kernel can. Not to be
   * closed afterwards.
   */
  public void keepForGood() {
    boolean _ = memory.seal();
  }

  // Arenas.

  /** What the arena whose end is {@code lifetime} gets; it keeps the space from being closed. */
  public ArenaMemory openArena(Arena lifetime) {
    use.openArena();
    return new ArenaMemory(memory, allocator, returns, lifetime, use::closeArena);
  }

  /** The same for an arena that ends when nobody can reach it; the space ends after it. */
  public ArenaMemory openAutoArena(Arena lifetime) {
    use.openAutoArena();
    return new ArenaMemory(memory, allocator, returns, lifetime, this::closeAutoArena);
  }

  /** What ends with the space. */
  public Arena globalLifetime() {
    return globalLifetime;
  }

  /** Memory of this space by address; what is not freed lives as long as the space. */
  public SpaceHeap heap() {
    return heap;
  }

  /** What the global arena of this space gets. */
  public ArenaMemory globalArena() {
    return globalArena;
  }

  // Figures.

  /** The path it was opened with. */
  public MemPath path() {
    return parts.path();
  }

  /** How it is cut. */
  public Geometry geometry() {
    return parts.plan().geometry();
  }

  /** Into how many shards it is divided. */
  public int shards() {
    return parts.plan().stripes().shards();
  }

  /** The budget last asked for. */
  public long budgetBytes() {
    return budgetBytes;
  }

  /** Process id of the pager that serves the space now. */
  public long pagerPid() {
    return counters.pagerPid();
  }

  /** What the pager counts, in memory that lives as long as the space. */
  public ShardCounters counters() {
    return counters;
  }

  /** Samples of the faults, which are off until somebody wants them. */
  public FaultSamples faultSamples() {
    return parts.samples();
  }

  /** See {@link io.elasticmemory.Emp#statistics}. */
  public EmpStatistics statistics() {
    return call(
        () -> {
          AllocatorFigures figures = allocator.figures();
          return new EmpStatistics(
              geometry().capacityBytes(),
              budgetBytes,
              memory.residentBytes(),
              figures.usedBytes(),
              figures.quarantinedBytes(),
              figures.fragmentation(),
              counters.snapshot(),
              counters.snapshots());
        });
  }

  // What is asked of the pager.

  /** See {@link io.elasticmemory.Emp#resizeDram}. */
  public CompletableFuture<Void> resize(long bytes) {
    if (bytes < parts.minimumBudgetBytes()) {
      throw new IllegalArgumentException(
          ("a DRAM budget of %d bytes is less than the %d this space needs with blocks of %d; "
                  + "ask for at least that")
              .formatted(bytes, parts.minimumBudgetBytes(), geometry().blockBytes()));
    }
    return call(() -> askResize(bytes));
  }

  /** Under a lock, so that the budget last asked for here is the one last asked for there. */
  private synchronized CompletableFuture<Void> askResize(long bytes) {
    pins.resize(bytes);
    CompletableFuture<Void> done =
        commands.askFirst(RESIZE, bytes).thenComposeAsync(this::afterResize);
    budgetBytes = bytes;
    lastResize = done;
    return done.copy();
  }

  /** One that was overtaken is done when the one that holds is done. */
  private synchronized CompletableFuture<Void> afterResize(long result) {
    if (result == OVERTAKEN) {
      return lastResize;
    }
    return result == 0
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(
            new EmpException(Kind.INTERNAL, "the pager refused a budget that was checked"));
  }

  /** See {@link io.elasticmemory.Emp#load}. */
  public void load(MemorySegment segment, long offset, long bytes) {
    run(
        () -> {
          SpaceRange range = SpaceRange.of(memory, segment, offset, bytes);
          long stepBytes = Math.clamp(budgetBytes / LOADS_IN_DRAM, 1, LOAD_BYTES_MAX);
          for (long done = 0; done < bytes; done += stepBytes) {
            load(new SpaceRange(range.offset() + done, Math.min(stepBytes, bytes - done)));
          }
        });
  }

  /** See {@link io.elasticmemory.Emp#isUserModeOnly}. */
  public boolean isUserModeOnly() {
    return memory.isUserModeOnly();
  }

  /** At most what the pager can ask for at once without anything else having to leave. */
  private void load(SpaceRange range) {
    if (path().entries().size() > 1 && !memory.isUserModeOnly()) {
      // What is present is not missed, so its pager would not hear that it is needed.
      SpaceRange whole = range.outToBlocks(geometry().blockBytes());
      CommandRings.await(commands.ask(KEEP, whole.offset(), whole.bytes()));
    }
    memory.load(range.offset(), range.bytes());
  }

  /**
   * See {@link io.elasticmemory.Emp#pin(MemorySegment, long, long)}.
   *
   * @return the offset in the space, to {@link #unpin} the same range
   */
  public long pin(MemorySegment segment, long offset, long bytes) {
    return call(
        () -> {
          SpaceRange range = SpaceRange.of(memory, segment, offset, bytes);
          pins.pin(range);
          return range.offset();
        });
  }

  /**
   * The same for a range of the space, as who works with addresses knows it.
   *
   * @throws IndexOutOfBoundsException if it is not within the space
   */
  public void pin(long offset, long bytes) {
    Objects.checkFromIndexSize(offset, bytes, memory.capacityBytes());
    run(() -> pins.pin(new SpaceRange(offset, bytes)));
  }

  /**
   * Unpins a range that was pinned, with the same numbers; waits for nothing. Also of a closed
   * space.
   *
   * @throws IllegalStateException if some of it is not pinned
   */
  public void unpin(long offset, long bytes) {
    Objects.checkFromIndexSize(offset, bytes, memory.capacityBytes());
    pins.unpin(new SpaceRange(offset, bytes));
  }

  /** See {@link io.elasticmemory.Emp#prefetch(MemorySegment, long, long)}. */
  public void prefetch(MemorySegment segment, long offset, long bytes) {
    run(
        () -> {
          SpaceRange range = SpaceRange.of(memory, segment, offset, bytes);
          if (bytes > 0) {
            commands.hint(PREFETCH, range.offset(), range.bytes(), 0);
          }
        });
  }

  /** See {@link io.elasticmemory.Emp#prefetch(MemorySegment, long...)}. */
  public void prefetch(MemorySegment segment, long[] offsets) {
    run(
        () -> {
          SpaceRange range = SpaceRange.of(memory, segment, 0, segment.byteSize());
          // The caller may change what it gave, and only what was checked may count.
          long[] checked = offsets.clone();
          for (long offset : checked) {
            Objects.checkIndex(offset, range.bytes());
          }
          commands.hint(range.offset(), checked);
        });
  }

  /** See {@link io.elasticmemory.Emp#advise(MemorySegment, long, long, Advice)}. */
  public void advise(MemorySegment segment, long offset, long bytes, Advice advice) {
    run(
        () -> {
          SpaceRange range = SpaceRange.of(memory, segment, offset, bytes);
          if (bytes > 0) {
            advise(range, advice);
          }
        });
  }

  private void advise(SpaceRange range, Advice advice) {
    switch (advice) {
      case WILL_NEED -> commands.hint(PREFETCH, range.offset(), range.bytes(), 0);
      case DONT_NEED -> {
        if (path().entries().size() > 1) {
          SpaceRange whole = range.outToBlocks(geometry().blockBytes());
          commands.hint(LET_GO, whole.offset(), whole.bytes(), 0);
        }
      }
      case NORMAL, SEQUENTIAL, RANDOM ->
          commands.hint(ADVISE, range.offset(), range.bytes(), advice.ordinal());
    }
  }

  /** See {@link io.elasticmemory.Emp#unload}. */
  public void unload(MemorySegment segment, long offset, long bytes) {
    run(
        () -> {
          SpaceRange range = SpaceRange.of(memory, segment, offset, bytes);
          if (bytes > 0 && path().entries().size() > 1) {
            SpaceRange whole = range.outToBlocks(geometry().blockBytes());
            awaitUnlessInterrupted(commands.ask(UNLOAD, whole.offset(), whole.bytes()));
          }
        });
  }

  /** See {@link io.elasticmemory.Emp#isLoaded}. */
  public boolean isLoaded(MemorySegment segment, long offset, long bytes) {
    return call(
        () -> {
          SpaceRange range = SpaceRange.of(memory, segment, offset, bytes);
          return memory.isPresent(range.offset(), range.bytes());
        });
  }

  /** See {@link io.elasticmemory.Emp#discard}. */
  public void discard(MemorySegment segment, long offset, long bytes) {
    run(
        () -> {
          if (segment.isReadOnly()) {
            throw new IllegalArgumentException("a read-only segment cannot be discarded");
          }
          SpaceRange range = SpaceRange.of(memory, segment, offset, bytes);
          try (MemoryUse _ = returns.enter(range)) {
            // Its arena may have ended before anybody knew of the use.
            ArenaMemory.requireUsable(segment);
            discards.discard(segment, offset, range);
          }
        });
  }

  private static void awaitUnlessInterrupted(CompletableFuture<Long> asked) {
    try {
      long _ = asked.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw CommandRings.closedMeanwhile(e);
    }
  }

  private void run(Runnable body) {
    use.beginCall();
    try {
      body.run();
    } finally {
      use.endCall();
    }
  }

  private <T> T call(Supplier<T> body) {
    use.beginCall();
    try {
      return body.get();
    } finally {
      use.endCall();
    }
  }

  // The end.

  /** See {@link io.elasticmemory.Emp#close}. */
  public void close() {
    if (!use.beginClosing()) {
      return;
    }
    closeGlobalArena();
    if (dramThread != null) {
      dramThread.stop();
    }
    allocator.close();
    // Before any wait: calls that wait for an answer may wait for one that never comes.
    commands.close();
    if (use.mayEnd()) {
      end();
    }
  }

  private void closeGlobalArena() {
    try {
      globalLifetime.close();
    } catch (IllegalStateException e) {
      use.cancelClosing();
      throw new IllegalStateException(
          "a segment of the global arena of this space is in use; close the space when no call"
              + " works on it",
          e);
    }
  }

  /** Told by the JVM's cleaner, which has other things to do than to end a space. */
  private void closeAutoArena() {
    if (use.closeAutoArena()) {
      SpaceThreads.lasting("emp-end", this::end).start();
    }
  }

  private void end() {
    use.awaitCalls();
    SpaceEnd.end(parts);
  }
}
