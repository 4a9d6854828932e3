package io.elasticmemory.tiering.words;

import io.elasticmemory.port.RemoteWords.Outcome;
import java.io.IOException;

/** Something was not answered, for a reason a person may want to know. */
final class WordsFailure extends IOException {
  private static final long serialVersionUID = 1L;

  private final Outcome outcome;
  private final String why;

  WordsFailure(Outcome outcome, String why) {
    super(why);
    this.outcome = outcome;
    this.why = why;
  }

  /** The same reason, with another outcome. */
  WordsFailure as(Outcome other) {
    return new WordsFailure(other, why);
  }

  /** What became of it: NOT_DONE or UNKNOWN. */
  Outcome outcome() {
    return outcome;
  }

  /** The reason. */
  String why() {
    return why;
  }
}
