package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.wire.PagerMessageLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The pager's lines in the application's log. A line that does not fit into the connection is
 * dropped and counted: the pager never waits for the application. Usable from every thread.
 */
final class PagerLog {
  private final ControlChannel channel;
  private final MemorySegment message =
      Arena.global().allocate(PagerMessageLayout.MESSAGE_BYTES_MAX, 8);
  private long dropped;

  PagerLog(ControlChannel channel) {
    this.channel = channel;
  }

  void error(String line) {
    log(PagerMessageLayout.ERROR, line);
  }

  void warn(String line) {
    log(PagerMessageLayout.WARNING, line);
  }

  void info(String line) {
    log(PagerMessageLayout.INFORMATION, line);
  }

  void debug(String line) {
    log(PagerMessageLayout.DETAIL, line);
  }

  private synchronized void log(int level, String line) {
    String text = dropped == 0 ? line : line + " (" + dropped + " lines before were dropped)";
    if (send(PagerMessageLayout.LOG, level, 0, text, 0)) {
      dropped = 0;
    } else {
      dropped++;
    }
  }

  /** Sends the answer to the hand-over, for which the application waits. */
  synchronized boolean send(int kind, int code, long value, String text, long timeoutMillis) {
    int bytes = PagerMessageLayout.write(message, kind, code, value, text);
    try {
      return channel.send(message.asSlice(0, bytes), List.of(), timeoutMillis);
    } catch (IOException e) {
      // Whoever reads the connection finds out that it has ended.
      return false;
    }
  }
}
