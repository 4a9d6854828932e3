package io.elasticmemory.samples.profile;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** A program that knows nothing of EMP: looks here and there into 48 MiB until it is ended. */
public final class Lookup {
  private static final int BYTES = 48 << 20;

  /** At a time, on average. */
  private static final int LOOKUPS = 1 << 20;

  private Lookup() {}

  /** Says when it has filled them. */
  public static void main(String[] arguments) {
    ByteBuffer table = ByteBuffer.allocateDirect(BYTES);
    for (int i = 0; i < BYTES; i += 8) {
      table.putLong(i, i + 1L);
    }
    System.out.println("filled");
    SplittableRandom random = new SplittableRandom(1);
    long sum = 0;
    while (sum != Long.MIN_VALUE) {
      sum += looksUp(table, random);
    }
  }

  private static long looksUp(ByteBuffer table, SplittableRandom random) {
    long sum = 0;
    // No loop that counts: a compiler may leave it no place for the stack to be taken.
    do {
      sum += table.getLong(random.nextInt(BYTES - 8));
    } while (random.nextInt(LOOKUPS) != 0);
    return sum;
  }
}
