package io.elasticmemory.tiering.sim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A state in 64 bits: of a million states no two look the same, but once in 30 million times. */
final class Fingerprint {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private long mixed = 0x9e3779b97f4a7c15L;

  void add(long value) {
    long next = (mixed ^ value) * 0xbf58476d1ce4e5b9L;
    mixed = next ^ next >>> 29;
  }

  void add(long[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      add(values[i]);
    }
  }

  void add(byte[] bytes, int from, int to) {
    int at = from;
    for (; at + 8 <= to; at += 8) {
      add((long) WORD.get(bytes, at));
    }
    for (; at < to; at++) {
      add(bytes[at]);
    }
  }

  void add(MemorySegment bytes) {
    byte[] copy = bytes.toArray(JAVA_BYTE);
    add(copy, 0, copy.length);
  }

  long value() {
    return mixed;
  }
}
