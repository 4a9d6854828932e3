package io.elasticmemory.space;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.port.PagerProgram;
import io.elasticmemory.port.Platform;
import io.elasticmemory.wire.Build;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;

/**
 * Says what a pager of this build is and how it is started, for whoever wants it to take over a
 * space of a running program: on standard output the line of the {@link Build}, then a word of its
 * command in each line.
 */
public final class PagerOffer {
  private PagerOffer() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    PagerCommand command =
        new PagerCommand(PagerProgram.find(), Platform.find(), PagerSettings.current());
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, UTF_8);
    out.println(Build.current().text());
    command.words(true).forEach(out::println);
    out.flush();
  }
}
