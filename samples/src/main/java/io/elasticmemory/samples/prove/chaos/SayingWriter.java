package io.elasticmemory.samples.prove.chaos;

import io.elasticmemory.samples.prove.Stage;
import java.io.Writer;

/** Has a stage say what is written, a line at a time. */
final class SayingWriter extends Writer {
  private final Stage stage;
  private final StringBuilder line = new StringBuilder();

  SayingWriter(Stage stage) {
    this.stage = stage;
  }

  @Override
  public void write(char[] chars, int from, int count) {
    line.append(chars, from, count);
    for (int end = line.indexOf("\n"); end >= 0; end = line.indexOf("\n")) {
      stage.say(line.substring(0, end));
      line.delete(0, end + 1);
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
