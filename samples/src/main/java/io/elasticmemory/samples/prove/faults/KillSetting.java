package io.elasticmemory.samples.prove.faults;

import java.util.Locale;

/** In what spaces pagers are killed. */
enum KillSetting {
  /** As large as its data; the watcher starts the next pager. */
  DENSE(false, false),
  /** The same, with the next one ready. */
  DENSE_STANDBY(false, true),
  /** Pages far apart in a large space; the watcher starts the next pager. */
  SPARSE(true, false),
  /** The same, with the next one ready. */
  SPARSE_STANDBY(true, true),
  /** As large as its data, and encrypted. */
  ENCRYPTED(false, false);

  private final boolean isSparse;
  private final boolean hasStandby;

  KillSetting(boolean isSparse, boolean hasStandby) {
    this.isSparse = isSparse;
    this.hasStandby = hasStandby;
  }

  /** The word for it, in tables and in JSON. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean isSparse() {
    return isSparse;
  }

  boolean isEncrypted() {
    return this == ENCRYPTED;
  }

  boolean hasStandby() {
    return hasStandby;
  }

  /**
   * Its part of all kills: an eighth with a standby, which has to get ready again each time, and
   * half of the others without.
   */
  int killsOf(int all) {
    int withStandby = all / 8;
    int without = all - 2 * withStandby;
    return hasStandby ? withStandby : isSparse ? without / 2 : without - without / 2;
  }

  /** The stall that is promised of 99 kills in 100. */
  int stallMillisMax() {
    return hasStandby ? 50 : 1000;
  }
}
