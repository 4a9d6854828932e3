package io.elasticmemory.samples.app;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** A number that stands for everything that was read, in its order. For one thread. */
final class Digest {
  private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

  private final CRC32C crc = new CRC32C();
  private long value;

  /** Adds a number. */
  void add(long number) {
    value = mix(value + number);
  }

  /** Adds bytes. */
  void add(byte[] bytes, int length) {
    add(of(bytes, length));
  }

  /** Adds a text. */
  void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    add(bytes, bytes.length);
  }

  /** A number for these bytes alone. */
  long of(byte[] bytes, int length) {
    crc.reset();
    crc.update(bytes, 0, length);
    return mix(crc.getValue() + length);
  }

  /** The number. */
  long value() {
    return value;
  }

  /** Spreads a number over all bits. */
  static long mix(long number) {
    long mixed = (number ^ (number >>> 32)) * MULTIPLIER;
    return mixed ^ (mixed >>> 29);
  }
}
