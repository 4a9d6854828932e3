package io.elasticmemory.space;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpStatistics;
import io.elasticmemory.MemPath;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

/** One open space. */
public final class Space {
  private Space() {}

  /** Opens a space; nothing is left behind if that fails. */
  public static Space open(MemPath path) {
    path.requireSupported();
    throw new EmpException(
        EmpException.Kind.PAGER, "this build cannot start a pager; use a later one");
  }

  /** What the arena whose end is {@code lifetime} gets. */
  public ArenaMemory openArena(Arena lifetime) {
    throw new UnsupportedOperationException();
  }

  /** The same for an arena that ends when nobody can reach it. */
  public ArenaMemory openAutoArena(Arena lifetime) {
    throw new UnsupportedOperationException();
  }

  /** What ends with the space. */
  public Arena globalLifetime() {
    throw new UnsupportedOperationException();
  }

  /** What the global arena of this space gets. */
  public ArenaMemory globalArena() {
    throw new UnsupportedOperationException();
  }

  /** The path it was opened with. */
  public MemPath path() {
    throw new UnsupportedOperationException();
  }

  /** How it is cut. */
  public Geometry geometry() {
    throw new UnsupportedOperationException();
  }

  /** The budget last asked for. */
  public long budgetBytes() {
    throw new UnsupportedOperationException();
  }

  /** Process id of the pager. */
  public long pagerPid() {
    throw new UnsupportedOperationException();
  }

  /** Changes the budget. */
  public CompletableFuture<Void> resize(long bytes) {
    throw new UnsupportedOperationException();
  }

  /** Makes a range present. */
  public void load(MemorySegment segment, long offset, long bytes) {
    throw new UnsupportedOperationException();
  }

  /** Asks for a range. */
  public void prefetch(MemorySegment segment, long offset, long bytes) {
    throw new UnsupportedOperationException();
  }

  /** Evicts a range. */
  public void unload(MemorySegment segment, long offset, long bytes) {
    throw new UnsupportedOperationException();
  }

  /** Whether a range is present. */
  public boolean isLoaded(MemorySegment segment, long offset, long bytes) {
    throw new UnsupportedOperationException();
  }

  /** Makes a range zero. */
  public void discard(MemorySegment segment, long offset, long bytes) {
    throw new UnsupportedOperationException();
  }

  /** Figures. */
  public EmpStatistics statistics() {
    throw new UnsupportedOperationException();
  }

  /** Ends it. */
  public void close() {
    throw new UnsupportedOperationException();
  }
}
