package io.elasticmemory.tiering.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * Something that the application does to a block.
 *
 * @param waits until all has come to rest, before it does the next thing
 */
record Act(Kind kind, int block, boolean waits) {
  /** What it does. */
  enum Kind {
    /** Writes a word of the first subblock. */
    WRITE_FIRST('w'),
    /** Writes a word of the last subblock. */
    WRITE_LAST('x'),
    /** Reads all of it. */
    READ('r'),
    DISCARD('d'),
    UNLOAD('u'),
    /** Pins it, or unpins it if it is pinned. */
    PIN('p');

    final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    static Kind of(char letter) {
      for (Kind kind : values()) {
        if (kind.letter == letter) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no act has the letter " + letter);
    }
  }

  /** What a text like {@code wA. uB} says: a point waits. */
  static List<Act> parse(String text) {
    List<Act> acts = new ArrayList<>();
    for (String word : text.isBlank() ? new String[0] : text.trim().split(" +")) {
      acts.add(new Act(Kind.of(word.charAt(0)), word.charAt(1) - 'A', word.endsWith(".")));
    }
    return acts;
  }

  @Override
  public String toString() {
    return "" + kind.letter + (char) ('A' + block) + (waits ? "." : "");
  }
}
