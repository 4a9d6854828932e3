package io.elasticmemory.tiering.store;

import java.io.IOException;

/** A connection cannot go on, for a reason a person may want to know. */
final class LinkFailure extends IOException {
  /** What is wrong, as far as it makes a difference to what is done about it. */
  enum Trouble {
    /** Nobody listens, or the way is broken. */
    BROKEN,
    /** Somebody listens and says nothing. */
    SILENT,
    /** Somebody answers, but not as an exporter does. */
    FOREIGN,
    /** An exporter of another version. */
    VERSION,
    /** An exporter that has as many connections as it may. */
    FULL,
    /** An exporter that does not have our bytes any more, or not for us: there is no way back. */
    GONE
  }

  private static final long serialVersionUID = 1L;

  private final Trouble trouble;

  LinkFailure(Trouble trouble, String message) {
    super(message);
    this.trouble = trouble;
  }

  Trouble trouble() {
    return trouble;
  }

  /** What an exception of a stream says beyond what it was about. */
  static String reason(IOException e) {
    String message = String.valueOf(e.getMessage());
    String last = message.substring(message.lastIndexOf(": ") + 1).strip();
    int words = last.indexOf('(');
    return last.startsWith("E") && last.endsWith(")") && words > 0
        ? last.substring(words + 1, last.length() - 1)
        : last;
  }
}
