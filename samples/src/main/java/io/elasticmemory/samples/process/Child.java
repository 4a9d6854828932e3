package io.elasticmemory.samples.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A process of which every line is kept, and may be waited for. For any thread. */
public final class Child {
  private static final int STEP_MILLIS = 5;
  private static final int OUTPUT_MILLIS_MAX = 10_000;

  private final Process process;
  private final Lines out;
  private final Lines err;
  private final long startNanos = System.nanoTime();

  private Child(Process process) {
    this.process = process;
    this.out = new Lines(process.getInputStream());
    this.err = new Lines(process.getErrorStream());
  }

  /** Starts a process that does not outlive the workplace. */
  public static Child start(Workplace workplace, ProcessBuilder builder) throws IOException {
    return new Child(workplace.start(builder));
  }

  /** The same; when the workplace ends, it may take so long to clear away what is its own. */
  public static Child start(Workplace workplace, ProcessBuilder builder, Duration patience)
      throws IOException {
    return new Child(workplace.start(builder, patience));
  }

  /**
   * What became of it.
   *
   * @param exitCode its exit code, 128 + N if signal N ended it; -1 if it had to be ended here
   *     because its time was over
   * @param out what it wrote to standard output
   * @param err the lines it wrote to standard error
   * @param seconds how long it ran
   */
  public record Ended(int exitCode, String out, List<String> err, double seconds) {
    /** Whether it did not end by itself. */
    public boolean timedOut() {
      return exitCode == -1;
    }

    /** Code and last words, for people. */
    public String describe() {
      String words = err.isEmpty() ? "" : ", last words: " + err.getLast();
      return (timedOut() ? "did not end in time" : "exit code " + exitCode) + words;
    }
  }

  /** The process. */
  public Process process() {
    return process;
  }

  /** Waits for a line on standard output; empty if it did not come in time. */
  public Optional<String> awaitLine(Predicate<String> wanted, Duration limit) {
    boolean _ = await(() -> out.find(wanted).isPresent(), limit);
    return out.find(wanted);
  }

  /** False if it is not so in time, or not when the process has ended. */
  private boolean await(BooleanSupplier isSo, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      boolean isAlive = process.isAlive();
      boolean is = isSo.getAsBoolean();
      if (is || !isAlive || System.nanoTime() > end) {
        return is;
      }
      sleep();
    }
  }

  /** Waits for so many lines on standard output; false if they did not come in time. */
  public boolean awaitLines(Predicate<String> wanted, int count, Duration limit) {
    return await(() -> out.all().stream().filter(wanted).count() >= count, limit);
  }

  /** Waits for its end; ends it when its time is over. */
  public Ended await(Duration limit) {
    boolean ended = isOver(limit);
    if (!ended) {
      process.destroyForcibly();
      isOver(Duration.ofSeconds(10));
    }
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    out.awaitEnd();
    err.awaitEnd();
    return new Ended(
        ended ? process.exitValue() : -1, String.join("\n", out.all()), err.all(), seconds);
  }

  private boolean isOver(Duration limit) {
    try {
      return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(STEP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The lines of a stream, read in a thread of its own so that the writer never waits. */
  private static final class Lines {
    private final InputStream stream;
    private final List<String> lines = new ArrayList<>();
    private final Thread thread;

    Lines(InputStream stream) {
      this.stream = stream;
      this.thread = Thread.ofPlatform().daemon().name("child-lines").start(this::read);
    }

    synchronized Optional<String> find(Predicate<String> wanted) {
      return lines.stream().filter(wanted).findFirst();
    }

    synchronized List<String> all() {
      return List.copyOf(lines);
    }

    private synchronized void add(String line) {
      lines.add(line);
    }

    /** Bounded, because a grandchild may keep the stream open. */
    void awaitEnd() {
      try {
        thread.join(OUTPUT_MILLIS_MAX);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void read() {
      try (BufferedReader reader =
          new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          add(line);
        }
      } catch (IOException e) {
        add("(the stream broke: " + e.getMessage() + ")");
      }
    }
  }
}
