package io.elasticmemory.samples.index;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Memory that only grows: a row of chunks of {@value #CHUNK_BYTES} bytes, addressed by one position
 * that runs through all of them. What is reserved at once lies in one chunk. One thread writes;
 * once it is done, any may read.
 */
final class Chunks {
  /** Bytes of a chunk, and the most that can be reserved at once. */
  static final int CHUNK_BYTES = 4 << 20;

  private static final int CHUNK_SHIFT = 22;
  private static final int OFFSET_MASK = CHUNK_BYTES - 1;

  private final Arena arena;
  private MemorySegment[] chunks = new MemorySegment[16];
  private int count;
  private long end;

  /** Takes chunks from this arena, and no memory before the first is needed. */
  Chunks(Arena arena) {
    this.arena = arena;
  }

  /** Sets bytes aside, zero, and returns their position. */
  long reserve(int bytes) {
    if (bytes > CHUNK_BYTES) {
      throw new IllegalArgumentException(bytes + " bytes, at most " + CHUNK_BYTES + " at once");
    }
    long room = ((long) count << CHUNK_SHIFT) - end;
    if (Math.max(1, bytes) > room) {
      end = (long) count << CHUNK_SHIFT;
      addChunk();
    }
    long at = end;
    end += bytes;
    return at;
  }

  /** Appends bytes and returns their position. */
  long append(byte[] bytes, int from, int length) {
    long at = reserve(length);
    write(at, bytes, from, length);
    return at;
  }

  /** Writes bytes that lie in one chunk. */
  void write(long at, byte[] bytes, int from, int length) {
    MemorySegment.copy(bytes, from, chunk(at), JAVA_BYTE, at & OFFSET_MASK, length);
  }

  /** Reads bytes that lie in one chunk. */
  void read(long at, byte[] into, int length) {
    MemorySegment.copy(chunk(at), JAVA_BYTE, at & OFFSET_MASK, into, 0, length);
  }

  byte getByte(long at) {
    return chunk(at).get(JAVA_BYTE, at & OFFSET_MASK);
  }

  long getLong(long at) {
    return chunk(at).get(JAVA_LONG_UNALIGNED, at & OFFSET_MASK);
  }

  void setLong(long at, long value) {
    chunk(at).set(JAVA_LONG_UNALIGNED, at & OFFSET_MASK, value);
  }

  /** Bytes of all chunks. */
  long bytes() {
    return (long) count << CHUNK_SHIFT;
  }

  private MemorySegment chunk(long at) {
    return chunks[(int) (at >>> CHUNK_SHIFT)];
  }

  private void addChunk() {
    if (count == chunks.length) {
      chunks = Arrays.copyOf(chunks, 2 * count);
    }
    chunks[count++] = arena.allocate(CHUNK_BYTES, 64);
  }
}
