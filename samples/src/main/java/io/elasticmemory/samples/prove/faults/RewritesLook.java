package io.elasticmemory.samples.prove.faults;

import java.util.Arrays;
import java.util.List;

/**
 * What {@link RewritesMain} says of the time since it was asked last.
 *
 * @param number of the question, from 0
 * @param checks of all threads
 * @param checksOfTheSlowest of the thread that did the fewest
 * @param p99Micros what 99 of 100 checks did not exceed; 0 without any
 * @param maxMicros the longest
 * @param isDegraded whether a copy is missing
 * @param rebuiltMib copied to donors that came back, since the space was opened
 */
record RewritesLook(
    int number,
    long checks,
    long checksOfTheSlowest,
    long p99Micros,
    long maxMicros,
    boolean isDegraded,
    long rebuiltMib) {
  private static final int NANOS_PER_MICRO = 1000;
  private static final int WORDS = 7;
  private static final String NAME = "look";

  /** Of what each thread measured. */
  static RewritesLook of(int number, List<long[]> nanos, boolean isDegraded, long rebuiltMib) {
    long[] all = nanos.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    return new RewritesLook(
        number,
        all.length,
        nanos.stream().mapToLong(each -> each.length).min().orElse(0),
        all.length == 0 ? 0 : all[(int) ((all.length - 1L) * 99 / 100)] / NANOS_PER_MICRO,
        all.length == 0 ? 0 : all[all.length - 1] / NANOS_PER_MICRO,
        isDegraded,
        rebuiltMib);
  }

  /** How the answer to a question begins. */
  static String prefix(int number) {
    return NAME + " " + number + " ";
  }

  String toLine() {
    return prefix(number)
        + "%d %d %d %d %b %d"
            .formatted(checks, checksOfTheSlowest, p99Micros, maxMicros, isDegraded, rebuiltMib);
  }

  static RewritesLook parse(String line) {
    String[] words = line.split(" ");
    if (words.length != WORDS + 1 || !words[0].equals(NAME)) {
      throw new IllegalArgumentException("not what RewritesMain says: " + line);
    }
    return new RewritesLook(
        Integer.parseInt(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]),
        Long.parseLong(words[5]),
        Boolean.parseBoolean(words[6]),
        Long.parseLong(words[7]));
  }
}
