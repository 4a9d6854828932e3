package io.elasticmemory.agent.program;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Reads here and there in so many MiB until its input has a line, and computes in between. */
public final class Faulting {
  private static final int BUFFER_BYTES = 8 << 20;

  /**
   * On average; a fifth of a second or more, so that a stack that is taken a little late is still
   * of them.
   */
  private static final int READS = 2000;

  private static final long COMPUTING_NANOS = 300_000_000;

  private Faulting() {}

  public static void main(String[] arguments) throws IOException {
    int mib = Integer.parseInt(arguments[0]);
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int at = 0; at < mib; at += BUFFER_BYTES >> 20) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
      fill(buffer);
      buffers.add(buffer);
    }
    System.out.println("filled");
    SplittableRandom random = new SplittableRandom(1);
    long sum = 0;
    while (System.in.available() == 0) {
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
    // No loop that counts: a compiler may leave it no place for the stack to be taken.
    do {
      int at = random.nextInt(BUFFER_BYTES - 8);
      sum += buffers.get(random.nextInt(buffers.size())).getLong(at);
    } while (random.nextInt(READS) != 0);
    return sum;
  }

  /** As long as the reads, or longer, and without any fault. */
  private static long computes(SplittableRandom random) {
    long sum = random.nextLong();
    long end = System.nanoTime() + COMPUTING_NANOS;
    while (System.nanoTime() < end) {
      for (int i = 0; i < 1000; i++) {
        sum = sum * 6364136223846793005L + 1442695040888963407L;
      }
    }
    return sum;
  }
}
