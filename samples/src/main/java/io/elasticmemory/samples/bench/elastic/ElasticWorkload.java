package io.elasticmemory.samples.bench.elastic;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What runs on spaces with different units. */
public enum ElasticWorkload {
  /** All of every page, in order: of the ladder. */
  SCAN,
  /** 8 bytes of pages chosen at random: of the ladder. */
  RANDOM,
  /** EMP's own: {@code memcheck --mode elastic}, all its phases. */
  MEMCHECK;

  /** The word for it on the command line and in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one of this label. */
  public static Optional<ElasticWorkload> find(String label) {
    return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
  }
}
