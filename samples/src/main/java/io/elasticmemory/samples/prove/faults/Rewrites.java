package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A {@link RewritesMain} in a process of its own. */
final class Rewrites implements AutoCloseable {
  private static final int THREADS = 2;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** A question is answered at once, whatever becomes of memory. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

  private final Child child;
  private int asked;

  /** Starts one and waits until it has written all pages. */
  Rewrites(Stage stage, String path, long mib) throws IOException {
    JavaProgram program =
        new JavaProgram(RewritesMain.class.getName())
            .jvm("-Xmx256m", "-XX:+UseSerialGC")
            .with(path, Long.toString(mib), Integer.toString(THREADS))
            .with(Long.toString(stage.seed()));
    child = stage.start(program.command());
    if (child.awaitLine("working"::equals, LIMIT).isEmpty()) {
      throw new IOException("the program did not begin: " + child.await(Duration.ZERO).describe());
    }
    look(); // writing all pages is not looked at
  }

  /** How it was since the last look. */
  private RewritesLook look() throws IOException {
    String prefix = RewritesLook.prefix(asked++);
    child.process().getOutputStream().write('\n');
    child.process().getOutputStream().flush();
    Optional<String> line = child.awaitLine(said -> said.startsWith(prefix), ANSWER_MAX);
    return RewritesLook.parse(
        line.orElseThrow(
            () -> new IOException("no answer: " + child.await(Duration.ZERO).describe())));
  }

  /** How it is in the time to come. */
  RewritesLook look(Duration time) throws IOException {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return look();
  }

  /**
   * Has every page checked once more.
   *
   * @return what it said of wrong words
   */
  String end() throws IOException {
    child.process().getOutputStream().close();
    Optional<String> wrong = child.awaitLine(said -> said.startsWith("wrong words "), LIMIT);
    Child.Ended ended = child.await(LIMIT);
    return wrong.orElseGet(ended::describe);
  }

  @Override
  public void close() {
    child.process().destroyForcibly();
  }
}
