package io.elasticmemory.samples.chaos;

import java.io.IOException;

/** Breaks the connection in the middle of a message, with RST. */
final class ResetPeer extends Seldom {
  ResetPeer(Odds odds) {
    super(odds);
  }

  @Override
  void strike(Frame frame, Wire wire) throws IOException {
    wire.send(frame.bytes(), 0, odds().random().nextInt(frame.length()));
    wire.reset();
  }
}
