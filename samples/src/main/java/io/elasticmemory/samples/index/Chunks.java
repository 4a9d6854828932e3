package io.elasticmemory.samples.index;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Memory that only grows: a row of chunks of {@value #CHUNK_BYTES} bytes, addressed by one position
 * that runs through all of them. One thread writes; once it is done, any may read.
 */
final class Chunks {
  /** Bytes of a chunk. */
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

  /** The position after the last byte. */
  long end() {
    return end;
  }

  /** Appends bytes, over as many chunks as it takes, and returns the position of the first. */
  long append(byte[] bytes, int from, int length) {
    long at = end;
    int done = 0;
    while (done < length) {
      int part = (int) Math.min(length - done, room());
      MemorySegment.copy(bytes, from + done, chunk(end), JAVA_BYTE, end & OFFSET_MASK, part);
      end += part;
      done += part;
    }
    return at;
  }

  /** Appends bytes of others. */
  void append(Chunks others, long from, long length, byte[] buffer) {
    long done = 0;
    while (done < length) {
      int part = (int) Math.min(length - done, buffer.length);
      others.read(from + done, buffer, part);
      append(buffer, 0, part);
      done += part;
    }
  }

  /** Appends a number of 8 bytes. All that is appended before must be a multiple of 8 too. */
  void appendLong(long value) {
    room();
    chunk(end).set(JAVA_LONG_UNALIGNED, end & OFFSET_MASK, value);
    end += Long.BYTES;
  }

  /** Reads bytes, from as many chunks as it takes. */
  void read(long at, byte[] into, int length) {
    int done = 0;
    while (done < length) {
      long from = at + done;
      int part = (int) Math.min(length - done, CHUNK_BYTES - (from & OFFSET_MASK));
      MemorySegment.copy(chunk(from), JAVA_BYTE, from & OFFSET_MASK, into, done, part);
      done += part;
    }
  }

  byte getByte(long at) {
    return chunk(at).get(JAVA_BYTE, at & OFFSET_MASK);
  }

  /** A number that was appended as such. */
  long getLong(long at) {
    return chunk(at).get(JAVA_LONG_UNALIGNED, at & OFFSET_MASK);
  }

  /** Bytes of all chunks. */
  long bytes() {
    return (long) count << CHUNK_SHIFT;
  }

  private MemorySegment chunk(long at) {
    return chunks[(int) (at >>> CHUNK_SHIFT)];
  }

  /** Bytes left in the last chunk, after a new one has been added if there were none. */
  private long room() {
    if (end == bytes()) {
      addChunk();
    }
    return bytes() - end;
  }

  private void addChunk() {
    if (count == chunks.length) {
      chunks = Arrays.copyOf(chunks, 2 * count);
    }
    chunks[count++] = arena.allocate(CHUNK_BYTES, 64);
  }
}
