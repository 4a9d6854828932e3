package io.elasticmemory.samples.index;

import java.util.Arrays;

/** Gathers bytes on the heap, for {@link ByteReader} to read. Used again and again. */
final class ByteWriter {
  private byte[] bytes = new byte[1024];
  private int length;

  void clear() {
    length = 0;
  }

  void addNumber(int number) {
    reserve(5);
    int rest = number;
    while ((rest & ~0x7f) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  void addLong(long number) {
    reserve(Long.BYTES);
    for (int shift = 0; shift < Long.SIZE; shift += 8) {
      bytes[length++] = (byte) (number >>> shift);
    }
  }

  void addBytes(byte[] more, int from, int count) {
    reserve(count);
    System.arraycopy(more, from, bytes, length, count);
    length += count;
  }

  void add(ByteWriter other) {
    addBytes(other.bytes, 0, other.length);
  }

  int length() {
    return length;
  }

  /** Appends everything and returns its position. */
  long appendTo(Chunks chunks) {
    return chunks.append(bytes, 0, length);
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
