package io.elasticmemory.samples.workload;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The words that did not hold what they should, sorted by what went wrong. For any thread. */
public final class WrongWords {
  /** What a wrong word holds instead. */
  public enum Kind {
    /** Zero, although it has been written. */
    ZEROED,
    /** Its own value of an earlier write: a write was lost, or an old copy came back. */
    STALE,
    /** The value of another word. */
    MISDIRECTED,
    /** Nothing that this run has ever written. */
    ALIEN
  }

  /** So many are described in words; the rest is only counted. */
  public static final int EXAMPLES_MAX = 8;

  private final WordCode code;
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private final List<String> examples = new ArrayList<>();

  /** An empty list for the words of this code. */
  public WrongWords(WordCode code) {
    this.code = code;
  }

  /** Adds a word that should hold its value of {@code expectedVersion} but holds {@code found}. */
  public synchronized void add(long index, int expectedVersion, long found) {
    Kind kind = kindOf(index, found);
    counts.merge(kind, 1L, Long::sum);
    if (examples.size() < EXAMPLES_MAX) {
      examples.add(describe(kind, index, expectedVersion, found));
    }
  }

  /** How many words were wrong. */
  public synchronized long count() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How many words were wrong in this way. */
  public synchronized long count(Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** The first few, a line each. */
  public synchronized List<String> examples() {
    return List.copyOf(examples);
  }

  private Kind kindOf(long index, long found) {
    if (found == 0) {
      return Kind.ZEROED;
    }
    if (!code.isOurs(found)) {
      return Kind.ALIEN;
    }
    return code.indexOf(found) == index ? Kind.STALE : Kind.MISDIRECTED;
  }

  private String describe(Kind kind, long index, int expectedVersion, long found) {
    String should = "word " + index + " should have version " + expectedVersion + " but ";
    return should
        + switch (kind) {
          case ZEROED -> "is zero";
          case STALE -> "has version " + code.versionOf(found);
          case MISDIRECTED ->
              "has version " + code.versionOf(found) + " of word " + code.indexOf(found);
          case ALIEN -> "holds 0x" + Long.toHexString(found) + ", which was never written";
        };
  }
}
