package io.elasticmemory.samples.chaos;

import io.elasticmemory.wire.MessageLayout;
import java.io.IOException;

/** Turns 1 to 64 bits over, of the header or of the payload. */
final class FlipBits extends Seldom {
  /** What is damaged. */
  enum Part {
    HEADER,
    PAYLOAD
  }

  private static final int BITS_MAX = 64;

  private final Part part;

  FlipBits(Odds odds, Part part) {
    super(odds);
    this.part = part;
  }

  @Override
  boolean suits(Frame frame) {
    return part == Part.HEADER || frame.payloadBytes() > 0;
  }

  @Override
  void strike(Frame frame, Wire wire) throws IOException {
    byte[] bytes = frame.bytes().clone();
    int from = part == Part.HEADER ? 0 : MessageLayout.HEADER_BYTES;
    int to = part == Part.HEADER ? MessageLayout.HEADER_BYTES : bytes.length;
    flip(bytes, from, to);
    wire.send(bytes, 0, bytes.length);
  }

  /** Different bits: one that is turned twice is none. */
  private void flip(byte[] bytes, int from, int to) {
    int wanted = 1 + odds().random().nextInt(BITS_MAX);
    odds()
        .random()
        .ints(Byte.SIZE * from, Byte.SIZE * to)
        .distinct()
        .limit(wanted)
        .forEach(bit -> bytes[bit >> 3] ^= (byte) (1 << (bit & 7)));
  }
}
