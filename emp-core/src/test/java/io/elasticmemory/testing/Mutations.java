package io.elasticmemory.testing;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Damage to bytes that a decoder likes: bits turned over, numbers at the borders of their range,
 * parts doubled, cut out and moved, and mixtures of two samples. What is tried follows from the
 * seed, {@code -Demp.seed=N} or the time, which is printed.
 */
public final class Mutations {
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    63,
    64,
    4095,
    4096,
    65535,
    65536,
    1L << 21,
    Integer.MAX_VALUE,
    1L << 31,
    0xffff_ffffL,
    1L << 32,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final int DAMAGES_MAX = 4;

  private final RandomGenerator random;
  private final long seed;
  private final String test;

  /** Damage for one test. */
  public Mutations(String test) {
    seed = Long.getLong("emp.seed", System.nanoTime());
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.test = test;
  }

  /** Where the damage comes from, for what a test itself wants to choose. */
  public RandomGenerator random() {
    return random;
  }

  /**
   * Has a decoder try the samples, and so many damaged ones.
   *
   * @throws AssertionError with seed and bytes if one of them does what none may
   */
  public void tryOn(List<byte[]> samples, int count, Consumer<byte[]> decoder) {
    System.out.println(test + ": seed " + seed + ", to repeat: -Demp.seed=" + seed);
    samples.forEach(sample -> tryOne(sample, decoder));
    for (int i = 0; i < count; i++) {
      tryOne(damaged(samples), decoder);
    }
  }

  private void tryOne(byte[] bytes, Consumer<byte[]> decoder) {
    try {
      decoder.accept(bytes.clone());
    } catch (RuntimeException | Error e) {
      String shown = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 4096));
      throw new AssertionError("seed " + seed + ", " + bytes.length + " bytes " + shown, e);
    }
  }

  private byte[] damaged(List<byte[]> samples) {
    byte[] bytes = samples.get(random.nextInt(samples.size())).clone();
    for (int left = 1 + random.nextInt(DAMAGES_MAX); left > 0; left--) {
      bytes = bytes.length == 0 ? some() : damaged(bytes, samples);
    }
    return bytes;
  }

  private byte[] damaged(byte[] bytes, List<byte[]> samples) {
    return switch (random.nextInt(8)) {
      case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      case 1 -> join(bytes, some());
      case 2 -> mixed(bytes, samples.get(random.nextInt(samples.size())));
      case 3 -> moved(bytes);
      case 4 -> flipped(bytes);
      default -> numbered(bytes);
    };
  }

  private byte[] some() {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private byte[] mixed(byte[] first, byte[] second) {
    int from = random.nextInt(second.length + 1);
    return join(
        Arrays.copyOf(first, random.nextInt(first.length + 1)),
        Arrays.copyOfRange(second, from, second.length));
  }

  private byte[] moved(byte[] bytes) {
    int count = random.nextInt(Math.min(bytes.length, 64)) + 1;
    int from = random.nextInt(bytes.length - count + 1);
    System.arraycopy(bytes, from, bytes, random.nextInt(bytes.length - count + 1), count);
    return bytes;
  }

  private byte[] flipped(byte[] bytes) {
    for (int left = 1 + random.nextInt(8); left > 0; left--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  /** Fields of drawn bytes lie at multiples of their length. */
  private byte[] numbered(byte[] bytes) {
    int width = 1 << random.nextInt(4);
    long number = NUMBERS[random.nextInt(NUMBERS.length)] + random.nextInt(3) - 1;
    int at = random.nextInt(bytes.length) & -width;
    for (int i = at; i < Math.min(at + width, bytes.length); i++) {
      bytes[i] = (byte) number;
      number >>= 8;
    }
    return bytes;
  }
}
