package io.elasticmemory.space;

import static io.elasticmemory.wire.CommandRingLayout.LOAD;

import io.elasticmemory.port.Handle;
import io.elasticmemory.port.SpaceMemory;
import io.elasticmemory.port.Stripes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;

/**
 * Memory whose faults trap user-mode accesses only, loaded with the help of its pager: where the
 * kernel touches absent pages nobody waits for them, so the pager is asked to bring and map them,
 * and only what is there by then is touched. The thread waits for the answer as for a lock, so
 * safepoints and collections go on.
 *
 * <p>A range is loaded in windows that are a small part of the DRAM budget, so that one that is
 * larger than the budget comes to an end.
 */
final class UserModeMemory implements SpaceMemory {
  /** Windows are as long as this, if the budget is long enough. */
  private static final long WINDOW_BYTES_MAX = 1L << 20;

  /** So many windows of each shard have room in a smaller budget. */
  private static final int WINDOWS_IN_DRAM = 8;

  /** How often a window is asked for of which others push something out before it is touched. */
  private static final int ATTEMPTS_MAX = 8;

  private final SpaceMemory memory;
  private final CommandRings commands;
  private final long blockBytes;
  private final LongSupplier budgetBytes;

  /**
   * The same memory with another way to load.
   *
   * @param budgetBytes how much may be present
   */
  UserModeMemory(
      SpaceMemory memory, CommandRings commands, long blockBytes, LongSupplier budgetBytes) {
    this.memory = memory;
    this.commands = commands;
    this.blockBytes = blockBytes;
    this.budgetBytes = budgetBytes;
  }

  /** Returns also when others push out what is loaded as soon as it is there. */
  @Override
  public void load(long offset, long bytes) {
    long windowBytes = windowBytes();
    long end = offset + bytes;
    for (long at = offset; at < end; ) {
      long next = Math.min(end, (at & -windowBytes) + windowBytes);
      loadWindow(at, next - at);
      at = next;
    }
  }

  /** A power of two, at least a block. */
  private long windowBytes() {
    long part = budgetBytes.getAsLong() / memory.stripes().shards() / WINDOWS_IN_DRAM;
    return Long.highestOneBit(Math.max(blockBytes, Math.min(WINDOW_BYTES_MAX, part)));
  }

  private void loadWindow(long offset, long bytes) {
    SpaceRange blocks = new SpaceRange(offset, bytes).outToBlocks(blockBytes);
    boolean loaded = false;
    for (int i = 0; i < ATTEMPTS_MAX && !loaded; i++) {
      long result = CommandRings.await(commands.askByStripe(LOAD, blocks.offset(), blocks.bytes()));
      // What could not be brought in a fault's time is left to the faults of who needs it.
      loaded = memory.tryLoad(offset, bytes) || result != 0;
    }
  }

  @Override
  public boolean tryLoad(long offset, long bytes) {
    return memory.tryLoad(offset, bytes);
  }

  @Override
  public boolean isUserModeOnly() {
    return memory.isUserModeOnly();
  }

  @Override
  public long base() {
    return memory.base();
  }

  @Override
  public long capacityBytes() {
    return memory.capacityBytes();
  }

  @Override
  public Stripes stripes() {
    return memory.stripes();
  }

  @Override
  public Handle faults(int shard) {
    return memory.faults(shard);
  }

  @Override
  public Handle pages() {
    return memory.pages();
  }

  @Override
  public MemorySegment segment(long offset, long bytes, Arena scope, Runnable cleanup) {
    return memory.segment(offset, bytes, scope, cleanup);
  }

  @Override
  public void unmap(long offset, long bytes) {
    memory.unmap(offset, bytes);
  }

  @Override
  public boolean isPresent(long offset, long bytes) {
    return memory.isPresent(offset, bytes);
  }

  @Override
  public long residentBytes() {
    return memory.residentBytes();
  }

  @Override
  public boolean seal() {
    return memory.seal();
  }

  @Override
  public void close() {
    memory.close();
  }
}
