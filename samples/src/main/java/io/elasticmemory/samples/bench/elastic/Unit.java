package io.elasticmemory.samples.bench.elastic;

import java.util.Arrays;
import java.util.List;

/** What comes with one fault, as the space is told. */
public enum Unit {
  /** Whatever suits: a space without options. */
  ELASTIC("elastic", "elastic=on"),
  /** A page. */
  PAGE("4k", "elastic=off&block=4k&subblock=4k"),
  /** A block of the default size. */
  BLOCK("64k", "elastic=off&block=64k&subblock=4k"),
  /** The largest there is. */
  LARGE("2m", "elastic=off&block=2m&subblock=4k");

  private final String label;
  private final String options;

  Unit(String label, String options) {
    this.label = label;
    this.options = options;
  }

  /** The word for it in tables and in JSON. */
  public String label() {
    return label;
  }

  /** As they are written after {@code dram:…?}. */
  public String options() {
    return options;
  }

  /** Those that stay as they are. */
  public static List<Unit> fixed() {
    return Arrays.stream(values()).filter(unit -> unit != ELASTIC).toList();
  }
}
