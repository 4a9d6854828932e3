package io.elasticmemory.space;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A range of a space is in use until this is closed, see {@link SpaceHeap#enter}. Closing twice is
 * harmless. Safe for use by many threads.
 */
public final class MemoryUse implements AutoCloseable {
  private final SpaceRange range;
  private final Consumer<MemoryUse> leave;
  private final CompletableFuture<Void> left = new CompletableFuture<>();

  MemoryUse(SpaceRange range, Consumer<MemoryUse> leave) {
    this.range = range;
    this.leave = leave;
  }

  boolean overlaps(SpaceRange other) {
    return Math.max(range.offset(), other.offset()) < Math.min(range.end(), other.end());
  }

  /** Complete when this is closed. */
  CompletableFuture<Void> left() {
    return left;
  }

  /** The range is not in use any more; what waited for that is done here and now. */
  @Override
  public void close() {
    leave.accept(this);
    boolean _ = left.complete(null);
  }
}
