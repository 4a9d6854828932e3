package io.elasticmemory.tiering.store;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Segments of frames as buffers, each made once. Used by one thread. */
final class FrameViews {
  /** Frames come from so few segments. */
  private static final int VIEWS_MAX = 8;

  private final MemorySegment[] viewed = new MemorySegment[VIEWS_MAX];
  private final ByteBuffer[] views = new ByteBuffer[VIEWS_MAX];
  private int count;

  ByteBuffer of(MemorySegment frames) {
    for (int i = 0; i < count; i++) {
      if (viewed[i].address() == frames.address() && viewed[i].byteSize() == frames.byteSize()) {
        return views[i];
      }
    }
    int index = count < VIEWS_MAX ? count++ : 0;
    viewed[index] = frames;
    views[index] = frames.asByteBuffer();
    return views[index];
  }
}
