package io.elasticmemory.samples.chaos;

import java.io.IOException;

/** Mischief that is done to few messages; the others are sent on as they come. */
abstract class Seldom implements Mischief {
  private final Odds odds;

  Seldom(Odds odds) {
    this.odds = odds;
  }

  final Odds odds() {
    return odds;
  }

  @Override
  public void pass(Frame frame, Wire wire) throws IOException, InterruptedException {
    if (suits(frame) && odds.strike()) {
      wire.note();
      strike(frame, wire);
    } else {
      wire.send(frame);
    }
  }

  /** Whether it can be done to this message. */
  boolean suits(Frame frame) {
    return true;
  }

  /** Does it. */
  abstract void strike(Frame frame, Wire wire) throws IOException, InterruptedException;
}
