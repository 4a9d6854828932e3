package io.elasticmemory.samples;

import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows on standard error how far a phase is: on a terminal in one line that changes, elsewhere in
 * a line every few seconds, so that short runs stay silent.
 */
public final class ConsoleProgress implements Progress {
  private static final int TERMINAL_PERIOD_MILLIS = 200;
  private static final int LOG_PERIOD_MILLIS = 5000;
  private static final String CLEAR_LINE = "\r\033[K";

  private final PrintStream stream;
  private final boolean isTerminal;
  private final int periodMillis;
  private @Nullable Shown shown;

  /** Shows it on this process' standard error. */
  public static ConsoleProgress onStandardError() {
    return new ConsoleProgress(System.err, isTerminal("/proc/self/fd/2"));
  }

  ConsoleProgress(PrintStream stream, boolean isTerminal) {
    this.stream = stream;
    this.isTerminal = isTerminal;
    this.periodMillis = isTerminal ? TERMINAL_PERIOD_MILLIS : LOG_PERIOD_MILLIS;
  }

  @Override
  public void begin(String phase, long total, LongSupplier done) {
    shown = new Shown(phase, total, done);
  }

  @Override
  public void end() {
    Shown last = shown;
    shown = null;
    if (last != null) {
      last.stop();
    }
  }

  /** A phase that is being shown, by a thread of its own. */
  private final class Shown {
    private final String phase;
    private final long total;
    private final LongSupplier done;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;
    private final long start = System.nanoTime();

    Shown(String phase, long total, LongSupplier done) {
      this.phase = phase;
      this.total = total;
      this.done = done;
      this.thread = Thread.ofPlatform().daemon().name("progress").start(this::show);
    }

    void stop() {
      stopped.countDown();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void show() {
      try {
        while (!stopped.await(periodMillis, TimeUnit.MILLISECONDS)) {
          stream.print(isTerminal ? CLEAR_LINE + line() : line() + System.lineSeparator());
          stream.flush();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (isTerminal) {
        stream.print(CLEAR_LINE);
        stream.flush();
      }
    }

    private String line() {
      double seconds = (System.nanoTime() - start) / 1e9;
      double percent = 100.0 * done.getAsLong() / Math.max(1, total);
      return String.format(Locale.ROOT, "%s: %.0f %%, %.0f s", phase, percent, seconds);
    }
  }

  private static boolean isTerminal(String descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of(descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }
}
