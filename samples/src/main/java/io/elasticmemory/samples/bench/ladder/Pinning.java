package io.elasticmemory.samples.bench.ladder;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where application, pager and exporter run. */
public enum Pinning {
  /** All of them on one CPU. */
  ONE("application, pager and exporter on one CPU"),
  /** Wherever the kernel and the space put them. */
  NONE("nothing pinned");

  private final String description;

  Pinning(String description) {
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

  /** The placement of this label. */
  public static Optional<Pinning> find(String label) {
    return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
  }
}
