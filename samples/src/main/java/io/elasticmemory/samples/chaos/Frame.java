package io.elasticmemory.samples.chaos;

import io.elasticmemory.wire.MessageLayout;

/** A message of a pager or an exporter, whole. Its bytes are not to be changed. */
public final class Frame {
  private final byte[] bytes;
  private final int operation;
  private final long arrivedNanos;

  /**
   * A message.
   *
   * @param bytes the header and all that belongs to it
   * @param operation of the header
   * @param arrivedNanos when its last byte came, of {@link System#nanoTime}
   */
  Frame(byte[] bytes, int operation, long arrivedNanos) {
    this.bytes = bytes;
    this.operation = operation;
    this.arrivedNanos = arrivedNanos;
  }

  /** The header, then the payload if there is one, as they travelled. */
  public byte[] bytes() {
    return bytes;
  }

  /** Bytes in all. */
  public int length() {
    return bytes.length;
  }

  /** Bytes behind the header. */
  public int payloadBytes() {
    return bytes.length - MessageLayout.HEADER_BYTES;
  }

  /** One of {@link MessageLayout}, with its mark in an answer. */
  public int operation() {
    return operation;
  }

  /** When it came, of {@link System#nanoTime}. */
  public long arrivedNanos() {
    return arrivedNanos;
  }
}
