package io.elasticmemory.samples.index;

/** Reads variable-length numbers: seven bits a byte, the lowest first, the last byte positive. */
final class ByteReader {
  private final Chunks chunks;
  private long at;

  /** Begins at a position. */
  ByteReader(Chunks chunks, long at) {
    this.chunks = chunks;
    this.at = at;
  }

  /** Where the next byte is. */
  long at() {
    return at;
  }

  void skip(long bytes) {
    at += bytes;
  }

  int nextNumber() {
    int number = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = chunks.getByte(at++);
      number |= (b & 0x7f) << shift;
      if (b >= 0) {
        return number;
      }
    }
  }

  /** The next bytes. */
  byte[] nextBytes(int length) {
    byte[] bytes = new byte[length];
    chunks.read(at, bytes, length);
    at += length;
    return bytes;
  }

  /** The next eight bytes, the lowest first. */
  long nextLong() {
    long number = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 8) {
      number |= (chunks.getByte(at++) & 0xffL) << shift;
    }
    return number;
  }
}
