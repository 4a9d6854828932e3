package io.elasticmemory.space;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of everything about pagers. Got when the first line is to be logged and not before,
 * because slf4j says so on standard error if nothing takes log lines: a refusal has one line only.
 */
final class PagerLog {
  private PagerLog() {}

  /** Where lines go. */
  static Logger get() {
    return Holder.LOG;
  }

  /** Initialized at the first call. */
  private static final class Holder {
    static final Logger LOG = LoggerFactory.getLogger("io.elasticmemory.pager");
  }
}
