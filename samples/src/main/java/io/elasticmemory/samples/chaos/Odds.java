package io.elasticmemory.samples.chaos;

import java.util.random.RandomGenerator;

/**
 * How often mischief is done (Toxiproxy's toxicity).
 *
 * @param random decides
 * @param probability that it is done to a message
 */
record Odds(RandomGenerator random, double probability) {
  boolean strike() {
    return random.nextDouble() < probability;
  }
}
