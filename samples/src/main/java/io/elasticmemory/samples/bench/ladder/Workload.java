package io.elasticmemory.samples.bench.ladder;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Which pages are accessed, and in which order. */
public enum Workload {
  /** Any page, all alike; 8 bytes of it. */
  RANDOM("8 bytes in a page chosen at random, all alike"),
  /** Few pages often, scattered over all of the memory; 8 bytes of a page. */
  ZIPF("8 bytes in a page chosen by Zipf's law with exponent 0.99, ranks scattered"),
  /** All of the memory from its start to its end, and again. */
  SCAN("every 8 bytes of every page in order; an access is a page"),
  /** Every so many pages, the next time one page further; 8 bytes of each. */
  STRIDE("8 bytes in every k-th page, one page further with every sweep"),
  /** Nine of ten to the first tenth of the memory, the others anywhere; 8 bytes of a page. */
  HOTSET("8 bytes in a page, 90 % of them in the first tenth of the memory");

  private final String description;

  Workload(String description) {
    this.description = description;
  }

  /** The word for it on the command line and in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** In words. */
  public String description() {
    return description;
  }

  /** The workload of this label. */
  public static Optional<Workload> find(String label) {
    return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
  }

  /**
   * How many times as long as it is measured it runs before: until code is compiled and streams are
   * known, and where some pages matter more than others, until whoever chooses what stays has seen
   * which.
   */
  public int warmUp() {
    return this == ZIPF || this == HOTSET ? 2 : 1;
  }

  /** Whether an access reads all of a page. */
  boolean readsWholePages() {
    return this == SCAN;
  }

  /**
   * The order of pages.
   *
   * @param pages how many there are
   * @param stridePages of {@link #STRIDE}
   */
  KeyStream keys(int pages, int stridePages, long seed) {
    return switch (this) {
      case RANDOM -> new UniformKeys(pages, seed);
      case ZIPF -> new ZipfKeys(pages, seed);
      case SCAN -> new StrideKeys(pages, 1);
      case STRIDE -> new StrideKeys(pages, stridePages);
      case HOTSET -> new HotSetKeys(pages, seed);
    };
  }
}
