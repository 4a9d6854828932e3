package io.elasticmemory.tiering.pager;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/**
 * What the pager tells the watcher, a line each on standard output: {@code serving PID} when it
 * serves the space from now on, {@code stop REASON} for the application's last message, {@code bye}
 * when it ends in order.
 */
final class WatcherPipe {
  private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
  private final byte[] serving = line("serving " + ProcessHandle.current().pid());

  void serving() {
    say(serving);
  }

  void stop(String reason) {
    say(line("stop " + oneLine(reason)));
  }

  void bye() {
    say(line("bye"));
  }

  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.chars().map(c -> Character.isISOControl(c) ? ' ' : c).forEach(c -> line.append((char) c));
    return line.toString();
  }

  private static byte[] line(String text) {
    return (text + "\n").getBytes(UTF_8);
  }

  /** In one write, so that lines never mix. */
  @SuppressWarnings("EmptyCatch")
  private synchronized void say(byte[] line) {
    try {
      out.write(line);
    } catch (IOException e) {
      // There is no watcher (any more); the lifeline does its work without words.
    }
  }
}
