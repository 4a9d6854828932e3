package io.elasticmemory.samples.bench.ladder;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Fills pages: each with bytes of its own, the same for the same seed. */
final class Content {
  static final int PAGE_BYTES = 4096;

  private static final int PAGE_WORDS = PAGE_BYTES / Long.BYTES;
  private static final int VOCABULARY = 1024;
  private static final int TEXT_BYTES = 4 << 20;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final DataKind kind;
  private final long seed;
  private final byte[] text;

  Content(DataKind kind, long seed) {
    this.kind = kind;
    this.seed = seed;
    this.text = kind == DataKind.TEXT ? text(new SplittableRandom(seed)) : new byte[0];
  }

  /** Writes all of a page. */
  void fill(MemorySegment memory, long page) {
    long at = page * PAGE_BYTES;
    switch (kind) {
      case RANDOM -> noise(memory, at, PAGE_WORDS);
      case HALF -> {
        noise(memory, at, PAGE_WORDS / 2);
        zeros(memory, at + PAGE_BYTES / 2, PAGE_WORDS / 2);
      }
      case TEXT -> {
        int from = (int) Long.remainderUnsigned(mix(seed + page), TEXT_BYTES - PAGE_BYTES);
        MemorySegment.copy(MemorySegment.ofArray(text), from, memory, at, PAGE_BYTES);
        memory.set(JAVA_LONG, at, page);
      }
    }
  }

  private void noise(MemorySegment memory, long at, int words) {
    for (int i = 0; i < words; i++) {
      long offset = at + (long) i * Long.BYTES;
      memory.set(JAVA_LONG, offset, mix(seed + offset));
    }
  }

  private static void zeros(MemorySegment memory, long at, int words) {
    for (int i = 0; i < words; i++) {
      memory.set(JAVA_LONG, at + (long) i * Long.BYTES, 0);
    }
  }

  /** The finalizer of SplitMix64. */
  static long mix(long value) {
    long z = value * GOLDEN;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  private static byte[] text(SplittableRandom random) {
    String[] vocabulary = new String[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      vocabulary[i] = word(random);
    }
    StringBuilder text = new StringBuilder(TEXT_BYTES + 16);
    while (text.length() < TEXT_BYTES) {
      double u = random.nextDouble();
      text.append(vocabulary[(int) (VOCABULARY * u * u * u * u)]).append(' ');
    }
    text.setLength(TEXT_BYTES);
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static String word(SplittableRandom random) {
    StringBuilder word = new StringBuilder();
    int length = 2 + random.nextInt(9);
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(26)));
    }
    return word.toString();
  }
}
