package io.elasticmemory.samples.chaos;

import java.io.IOException;

/** A message comes twice. */
final class Duplicate extends Seldom {
  Duplicate(Odds odds) {
    super(odds);
  }

  @Override
  void strike(Frame frame, Wire wire) throws IOException {
    wire.send(frame);
    wire.send(frame);
  }
}
