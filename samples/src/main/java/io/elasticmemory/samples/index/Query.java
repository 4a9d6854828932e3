package io.elasticmemory.samples.index;

import java.util.List;

/**
 * What to look for.
 *
 * @param kind how the words belong together
 * @param words at least one
 */
public record Query(Kind kind, List<String> words) {
  /** How words belong together. */
  public enum Kind {
    /** Documents with all of them. */
    ALL,
    /** Documents with any of them. */
    ANY,
    /** Documents with all of them in this order and nothing between. */
    PHRASE
  }

  public Query {
    words = List.copyOf(words);
    if (words.isEmpty()) {
      throw new IllegalArgumentException("a query needs at least one word");
    }
  }

  @Override
  public String toString() {
    return switch (kind) {
      case ALL -> String.join(" AND ", words);
      case ANY -> String.join(" OR ", words);
      case PHRASE -> '"' + String.join(" ", words) + '"';
    };
  }
}
