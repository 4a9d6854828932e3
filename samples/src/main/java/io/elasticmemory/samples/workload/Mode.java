package io.elasticmemory.samples.workload;

import java.util.Locale;

/** What a workload does between writing everything and checking everything. */
public enum Mode {
  /** Nothing; when there is time left, it checks and writes everything again. */
  SEQ,
  /** Checks at random places. */
  RAND,
  /** Checks and writes anew at random places. */
  RAND_RW,
  /** Goes over the memory in steps of 4 KiB and of 1 MiB: a large set, a small one, and again. */
  ELASTIC;

  /** As on the command line and in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
