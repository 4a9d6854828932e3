package io.elasticmemory.samples.bench.safepoint;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;

/** A running {@link SlowLinkMain}. */
final class SlowLink {
  private static final Duration START_MAX = Duration.ofMinutes(2);

  private final OutputStream orders;
  private final int port;

  private SlowLink(OutputStream orders, int port) {
    this.orders = orders;
    this.port = port;
  }

  /** Starts one to this port; it ends with the workplace. */
  static SlowLink start(Workplace workplace, int exporterPort) throws IOException {
    JavaProgram program =
        new JavaProgram(SlowLinkMain.class.getName())
            .jvm("-Xmx64m", "-XX:+UseSerialGC")
            .with(Integer.toString(exporterPort));
    Child child = Child.start(workplace, new ProcessBuilder(program.command()));
    Predicate<String> isListening = line -> line.startsWith(SlowLinkMain.LISTENING + " ");
    String line =
        child
            .awaitLine(isListening, START_MAX)
            .orElseThrow(
                () ->
                    new EmpException(Kind.INTERNAL, "the slow link does not listen; report a bug"));
    int port = Integer.parseInt(line.substring(SlowLinkMain.LISTENING.length() + 1));
    return new SlowLink(child.process().getOutputStream(), port);
  }

  /** Its port. */
  int port() {
    return port;
  }

  /** Answers that arrive from now on are late by so much. */
  void delay(int millis) throws IOException {
    orders.write((millis + "\n").getBytes(StandardCharsets.UTF_8));
    orders.flush();
  }
}
