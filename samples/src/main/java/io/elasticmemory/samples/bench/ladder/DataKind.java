package io.elasticmemory.samples.bench.ladder;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the pages hold, which matters to whoever compresses them. */
public enum DataKind {
  /** Noise: nothing can be compressed. */
  RANDOM,
  /** Half of each page noise, the other half zeros. */
  HALF,
  /** Words of a small vocabulary, some far more frequent than others. */
  TEXT;

  /** The word for it on the command line and in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind of this label. */
  public static Optional<DataKind> find(String label) {
    return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
  }
}
