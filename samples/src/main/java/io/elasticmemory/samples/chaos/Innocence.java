package io.elasticmemory.samples.chaos;

import java.io.IOException;
import java.util.random.RandomGenerator;

/** Sends everything on as it comes. */
final class Innocence implements Mischief {
  /** As one that decides nothing by chance. */
  static Mischief of(RandomGenerator random) {
    return new Innocence();
  }

  @Override
  public void pass(Frame frame, Wire wire) throws IOException {
    wire.send(frame);
  }
}
