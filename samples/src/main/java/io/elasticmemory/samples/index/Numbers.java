package io.elasticmemory.samples.index;

import java.util.Arrays;

/** Bytes of variable-length numbers, seven bits a byte, the lowest first. Used again and again. */
final class Numbers {
  private byte[] bytes = new byte[1024];
  private int length;

  void clear() {
    length = 0;
  }

  void add(int number) {
    if (length + 5 > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    int rest = number;
    while ((rest & ~0x7f) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  void add(Numbers others) {
    if (length + others.length > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * (length + others.length));
    }
    System.arraycopy(others.bytes, 0, bytes, length, others.length);
    length += others.length;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }
}
