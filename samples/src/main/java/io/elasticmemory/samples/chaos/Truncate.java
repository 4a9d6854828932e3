package io.elasticmemory.samples.chaos;

import java.io.IOException;

/** A message lacks its end, but not all of itself, and the next one follows at once. */
final class Truncate extends Seldom {
  Truncate(Odds odds) {
    super(odds);
  }

  @Override
  void strike(Frame frame, Wire wire) throws IOException {
    wire.send(frame.bytes(), 0, odds().random().nextInt(1, frame.length()));
  }
}
