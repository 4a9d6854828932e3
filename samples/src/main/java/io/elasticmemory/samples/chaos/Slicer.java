package io.elasticmemory.samples.chaos;

import java.io.IOException;

/** Each byte is sent by itself; of long messages only those at the beginning and at the end. */
final class Slicer implements Mischief {
  private static final int SLICES_MAX = 512;

  @Override
  public void pass(Frame frame, Wire wire) throws IOException {
    wire.note();
    int first = Math.min(SLICES_MAX, frame.length());
    int last = Math.max(first, frame.length() - SLICES_MAX);
    slice(frame, 0, first, wire);
    wire.send(frame.bytes(), first, last - first);
    slice(frame, last, frame.length(), wire);
  }

  private static void slice(Frame frame, int from, int to, Wire wire) throws IOException {
    for (int at = from; at < to; at++) {
      wire.send(frame.bytes(), at, 1);
    }
  }
}
