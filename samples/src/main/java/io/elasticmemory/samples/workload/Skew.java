package io.elasticmemory.samples.workload;

import java.util.random.RandomGenerator;

/**
 * Where random accesses go: {@code accessPercent} of them to the first {@code sizePercent} of the
 * memory, the others anywhere.
 *
 * @param sizePercent 1 to 100
 * @param accessPercent 0 to 100
 */
public record Skew(int sizePercent, int accessPercent) {
  /** Everywhere alike. */
  public static final Skew NONE = new Skew(100, 0);

  public Skew {
    if (sizePercent < 1 || sizePercent > 100 || accessPercent < 0 || accessPercent > 100) {
      throw new IllegalArgumentException(
          sizePercent
              + ","
              + accessPercent
              + " is no skew; give two percentages, size and accesses, for instance 10,90");
    }
  }

  /** Reads {@code size,accesses}, in percent. */
  public static Skew parse(String text) {
    String[] parts = text.split(",", -1);
    try {
      if (parts.length == 2) {
        return new Skew(Integer.parseInt(parts[0].strip()), Integer.parseInt(parts[1].strip()));
      }
    } catch (NumberFormatException e) {
      // Said below, for every malformed text alike.
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no skew; give two percentages, size and accesses, for instance 10,90");
  }

  /** Chooses one of {@code count} things. */
  long choose(RandomGenerator random, long count) {
    if (accessPercent > 0 && random.nextInt(100) < accessPercent) {
      return random.nextLong(Math.max(1, count * sizePercent / 100));
    }
    return random.nextLong(count);
  }

  @Override
  public String toString() {
    return sizePercent + "," + accessPercent;
  }
}
