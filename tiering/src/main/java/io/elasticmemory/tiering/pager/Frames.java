package io.elasticmemory.tiering.pager;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.function.LongFunction;

/**
 * Buffers for blocks on their way in or out. Their number is fixed. A large one takes a block; a
 * small one takes one subblock, so that many of these can be under way in little memory.
 *
 * <pre>
 *   [ large 0 | large 1 | ... | small 0 | small 1 | ... ]
 * </pre>
 */
final class Frames {
  private final MemorySegment memory;
  private final ByteBuffer[] views;
  private final int[] free;
  private final int[] freeSmall;
  private final int blockBytes;
  private final int subblockBytes;
  private final int large;
  private int freeCount;
  private int freeSmallCount;

  /** As many large frames as fit, but at least {@code leastFrames} and at most {@code most}. */
  Frames(
      LongFunction<MemorySegment> privateMemory,
      int blockBytes,
      long bytes,
      int leastFrames,
      int mostFrames) {
    this(privateMemory, blockBytes, bytes, leastFrames, mostFrames, 0, 0);
  }

  /** The same, and so many small ones. */
  Frames(
      LongFunction<MemorySegment> privateMemory,
      int blockBytes,
      long bytes,
      int leastFrames,
      int mostFrames,
      int subblockBytes,
      int smallFrames) {
    this.blockBytes = blockBytes;
    this.subblockBytes = subblockBytes;
    large = (int) Math.clamp(bytes / blockBytes, leastFrames, mostFrames);
    memory = privateMemory.apply((long) large * blockBytes + (long) smallFrames * subblockBytes);
    views = new ByteBuffer[large + smallFrames];
    for (int i = 0; i < views.length; i++) {
      views[i] = memory.asSlice(offset(i), i < large ? blockBytes : subblockBytes).asByteBuffer();
    }
    free = descending(0, large);
    freeSmall = descending(large, smallFrames);
    freeCount = large;
    freeSmallCount = smallFrames;
  }

  private static int[] descending(int first, int count) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = first + count - 1 - i;
    }
    return numbers;
  }

  int count() {
    return views.length;
  }

  /** Large frames that are free. */
  int freeCount() {
    return freeCount;
  }

  /** True if a run of so many subblocks can have a frame, and so many frames remain for others. */
  boolean hasFor(int subblocks, int spare) {
    return freeCount + (subblocks == 1 ? freeSmallCount : 0) > spare;
  }

  /** Takes a large frame; the caller has checked that one is free. */
  int take() {
    return free[--freeCount];
  }

  /** Takes the smallest frame for a run; the caller has checked that there is one. */
  int take(int subblocks) {
    return subblocks == 1 && freeSmallCount > 0 ? freeSmall[--freeSmallCount] : take();
  }

  void give(int frame) {
    if (frame < large) {
      free[freeCount++] = frame;
    } else {
      freeSmall[freeSmallCount++] = frame;
    }
  }

  MemorySegment memory() {
    return memory;
  }

  long offset(int frame) {
    int small = Math.max(0, frame - large);
    return (long) (frame - small) * blockBytes + (long) small * subblockBytes;
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
