package io.elasticmemory;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that someone who mistyped it most probably meant. */
final class NearestName {

  /** Longer texts are no typing mistake of our short names; comparing them costs their square. */
  private static final int TYPED_CHARS_MAX = 40;

  private NearestName() {}

  /** The known name with the fewest edits from {@code typed}, if any is near enough. */
  static Optional<String> of(String typed, List<String> known) {
    if (typed.length() > TYPED_CHARS_MAX) {
      return Optional.empty();
    }
    String lower = typed.toLowerCase(Locale.ROOT);
    return known.stream()
        .min(Comparator.comparingInt(name -> distance(lower, name)))
        .filter(name -> distance(lower, name) <= Math.max(1, name.length() / 3));
  }

  /** Edits apart, but nothing for a beginning: "sub" is meant as "subblock", not as any "sum". */
  private static int distance(String typed, String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean begins = typed.length() >= 2 && lower.startsWith(typed);
    return begins ? 0 : edits(typed, lower);
  }

  /** Letters to insert, remove or replace to get from one text to the other. */
  static int edits(String from, String to) {
    int[] previous = new int[to.length() + 1];
    for (int column = 0; column <= to.length(); column++) {
      previous[column] = column;
    }
    for (int row = 1; row <= from.length(); row++) {
      int[] current = new int[to.length() + 1];
      current[0] = row;
      for (int column = 1; column <= to.length(); column++) {
        int replaced = from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1;
        current[column] =
            Math.min(
                previous[column - 1] + replaced,
                1 + Math.min(previous[column], current[column - 1]));
      }
      previous = current;
    }
    return previous[to.length()];
  }
}
