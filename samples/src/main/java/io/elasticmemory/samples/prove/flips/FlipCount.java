package io.elasticmemory.samples.prove.flips;

/**
 * What became of damage of one kind.
 *
 * @param injected pages, messages or headers in which bits were turned over and which were met
 * @param caught those of them that were noticed
 * @param wrongWords those of them that came through to a program
 */
record FlipCount(long injected, long caught, long wrongWords) {
  static final FlipCount NONE = new FlipCount(0, 0, 0);

  FlipCount plus(FlipCount other) {
    return new FlipCount(
        injected + other.injected, caught + other.caught, wrongWords + other.wrongWords);
  }

  boolean isGood() {
    return injected > 0 && caught == injected && wrongWords == 0;
  }

  String describe() {
    return "%,d injected, %,d caught, %,d wrong".formatted(injected, caught, wrongWords);
  }
}
