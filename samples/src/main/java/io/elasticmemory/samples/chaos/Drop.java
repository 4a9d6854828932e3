package io.elasticmemory.samples.chaos;

/** A message never comes, those after it do; with every message, a black hole. */
final class Drop extends Seldom {
  Drop(Odds odds) {
    super(odds);
  }

  @Override
  void strike(Frame frame, Wire wire) {}
}
