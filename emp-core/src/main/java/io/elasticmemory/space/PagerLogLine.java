package io.elasticmemory.space;

import io.elasticmemory.wire.PagerMessageLayout;
import java.lang.foreign.MemorySegment;
import org.slf4j.Logger;

/** A log line of the pager on its way into the application's log. */
final class PagerLogLine {
  private PagerLogLine() {}

  static void log(Logger log, MemorySegment message) {
    if (PagerMessageLayout.kind(message) == PagerMessageLayout.READY) {
      return; // another pager serves the space, which is no news to it
    }
    if (PagerMessageLayout.kind(message) != PagerMessageLayout.LOG) {
      log.warn("a message of the pager that is no log line was passed over");
      return;
    }
    String text = PagerMessageLayout.text(message);
    switch (PagerMessageLayout.code(message)) {
      case PagerMessageLayout.ERROR -> log.error("{}", text);
      case PagerMessageLayout.WARNING -> log.warn("{}", text);
      case PagerMessageLayout.INFORMATION -> log.info("{}", text);
      default -> log.debug("{}", text);
    }
  }
}
