package io.elasticmemory.agent.program;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Reads here and there in so many MiB for so many seconds, and computes in between. */
public final class Faulting {
  private static final int BUFFER_BYTES = 8 << 20;
  private static final int READS = 100;

  private Faulting() {}

  public static void main(String[] arguments) {
    int mib = Integer.parseInt(arguments[0]);
    double seconds = Double.parseDouble(arguments[1]);
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int at = 0; at < mib; at += BUFFER_BYTES >> 20) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
      fill(buffer);
      buffers.add(buffer);
    }
    System.out.println("filled");
    SplittableRandom random = new SplittableRandom(1);
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long sum = 0;
    while (System.nanoTime() < end) {
      sum += readsFarApart(buffers, random);
      sum += computes(random);
    }
    System.out.println("read " + (sum != 0));
  }

  private static void fill(ByteBuffer buffer) {
    for (int i = 0; i < BUFFER_BYTES; i += 8) {
      buffer.putLong(i, i + 1L);
    }
  }

  private static long readsFarApart(List<ByteBuffer> buffers, SplittableRandom random) {
    long sum = 0;
    for (int i = 0; i < READS; i++) {
      int at = random.nextInt(BUFFER_BYTES - 8);
      sum += buffers.get(random.nextInt(buffers.size())).getLong(at);
    }
    return sum;
  }

  /** As long as the reads, roughly, and without any fault. */
  private static long computes(SplittableRandom random) {
    long sum = random.nextLong();
    long end = System.nanoTime() + 5_000_000;
    while (System.nanoTime() < end) {
      for (int i = 0; i < 1000; i++) {
        sum = sum * 6364136223846793005L + 1442695040888963407L;
      }
    }
    return sum;
  }
}
