package io.elasticmemory.tiering.pager;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.function.LongFunction;

/** Buffers of one block each for blocks on their way in or out. Their number is fixed. */
final class Frames {
  private final MemorySegment memory;
  private final ByteBuffer[] views;
  private final int[] free;
  private final int blockBytes;
  private int freeCount;

  /** As many frames as fit, but at least {@code leastFrames} and at most {@code mostFrames}. */
  Frames(
      LongFunction<MemorySegment> privateMemory,
      int blockBytes,
      long bytes,
      int leastFrames,
      int mostFrames) {
    int count = (int) Math.clamp(bytes / blockBytes, leastFrames, mostFrames);
    this.blockBytes = blockBytes;
    memory = privateMemory.apply((long) count * blockBytes);
    views = new ByteBuffer[count];
    free = new int[count];
    for (int i = 0; i < count; i++) {
      views[i] = memory.asSlice((long) i * blockBytes, blockBytes).asByteBuffer();
      free[i] = count - 1 - i;
    }
    freeCount = count;
  }

  int count() {
    return views.length;
  }

  int freeCount() {
    return freeCount;
  }

  /** Takes a frame; the caller has checked that one is free. */
  int take() {
    return free[--freeCount];
  }

  void give(int frame) {
    free[freeCount++] = frame;
  }

  MemorySegment memory() {
    return memory;
  }

  long offset(int frame) {
    return (long) frame * blockBytes;
  }

  /** The frame as a buffer whose position and limit are the user's. */
  ByteBuffer view(int frame) {
    return views[frame];
  }

  boolean isZero(int frame, int at, int bytes) {
    long from = offset(frame) + at;
    for (long i = from; i < from + bytes; i += 8) {
      if (memory.get(JAVA_LONG, i) != 0) {
        return false;
      }
    }
    return true;
  }
}
