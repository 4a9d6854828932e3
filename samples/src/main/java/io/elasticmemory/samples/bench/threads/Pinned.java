package io.elasticmemory.samples.bench.threads;

import io.elasticmemory.samples.bench.fault.Placement;
import java.util.Locale;

/** Which CPUs the faulting threads, the pager and the exporter have. */
public enum Pinned {
  /** All on one. */
  ONE,
  /** The faulting threads and the exporter on one, the pager on the other. */
  TWO,
  /** Wherever the system and the pager put them. */
  NONE;

  /** The word for it on the command line and in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** In words. */
  String describe() {
    return this == NONE ? "nothing pinned" : placement().describe();
  }

  /** Where they go; not for {@link #NONE}. */
  Placement placement() {
    return this == ONE ? Placement.one() : Placement.two();
  }
}
