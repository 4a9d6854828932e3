package io.elasticmemory.samples.chaos;

import java.io.IOException;

/** Ends one direction in the middle of a message, in order (FIN); the other one stays open. */
final class LimitData extends Seldom {
  LimitData(Odds odds) {
    super(odds);
  }

  @Override
  void strike(Frame frame, Wire wire) throws IOException {
    wire.send(frame.bytes(), 0, odds().random().nextInt(frame.length()));
    wire.finish();
  }
}
