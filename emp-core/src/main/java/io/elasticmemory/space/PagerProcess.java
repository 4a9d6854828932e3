package io.elasticmemory.space;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.thread.SpaceThreads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A running pager and its watcher.
 *
 * <p>The watcher is a shell that reads the pager's standard output. Once the pager serves, its end
 * without a farewell, or a reason to stop that it gives, makes the watcher print one line and kill
 * this process: nothing inside a JVM can be relied on when its memory is gone. Without a shell,
 * only the lifeline does that, and nobody says why.
 */
final class PagerProcess implements AutoCloseable {
  private static final Path SHELL = Path.of("/bin/sh");

  /** Variables that would change the pager's JVM, or make it open a space itself. */
  private static final List<String> FOREIGN_VARIABLES =
      List.of(
          "JAVA_TOOL_OPTIONS",
          "JDK_JAVA_OPTIONS",
          "_JAVA_OPTIONS",
          "EMP_PMEM_PATH",
          "EMP_MEM_PATH");

  private static final long END_MILLIS_MAX = 2_000;
  private static final int LINES_KEPT = 20;

  private static boolean warned;

  private final Process pager;
  private final @Nullable Process watcher;
  private final ArrayDeque<String> lines = new ArrayDeque<>();
  private volatile boolean serving;

  private PagerProcess(Process pager, @Nullable Process watcher) {
    this.pager = pager;
    this.watcher = watcher;
    SpaceThreads.daemon("emp-pager-errors", this::readErrors).start();
  }

  /**
   * Starts both.
   *
   * @param remedy what to look at if that fails
   */
  static PagerProcess start(List<String> command, String remedy) {
    ProcessBuilder pager = new ProcessBuilder(command);
    FOREIGN_VARIABLES.forEach(pager.environment()::remove);
    try {
      return Files.isExecutable(SHELL) ? startWatched(pager) : startUnwatched(pager);
    } catch (IOException e) {
      throw new EmpException(
          Kind.PAGER,
          "the pager could not be started: %s; %s".formatted(e.getMessage(), remedy),
          e);
    }
  }

  private static PagerProcess startWatched(ProcessBuilder pager) throws IOException {
    ProcessBuilder watcher =
        new ProcessBuilder(SHELL.toString(), "-c", WatcherScript.TEXT, "emp-watcher", ownPid())
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.INHERIT);
    watcher.environment().clear();
    List<Process> both = ProcessBuilder.startPipeline(List.of(pager, watcher));
    return new PagerProcess(both.getFirst(), both.getLast());
  }

  private static PagerProcess startUnwatched(ProcessBuilder pager) throws IOException {
    warnOnce();
    return new PagerProcess(pager.redirectOutput(Redirect.DISCARD).start(), null);
  }

  private static synchronized void warnOnce() {
    if (!warned) {
      warned = true;
      PagerLog.get()
          .warn(
              "there is no {}: if the pager ends, the kernel kills this process and nothing says"
                  + " why",
              SHELL);
    }
  }

  private static String ownPid() {
    return Long.toString(ProcessHandle.current().pid());
  }

  /** Tells the pager where to connect; it waits for that, or is still starting. */
  void tell(Path socket) {
    try (OutputStream input = pager.getOutputStream()) {
      input.write((socket + "\n").getBytes(UTF_8));
    } catch (IOException e) {
      // It has ended; whoever waits for it to connect will say so.
    }
  }

  /** Process id of the pager. */
  long pid() {
    return pager.pid();
  }

  /** Whether the pager runs. */
  boolean isAlive() {
    return pager.isAlive();
  }

  /** From now on what it writes to its error output is logged as it comes. */
  void serving() {
    serving = true;
  }

  /** Why it has ended, in one line, from what it wrote to its error output. */
  String lastWords() {
    String exit = pager.isAlive() ? "still running" : "exit code " + pager.exitValue();
    synchronized (lines) {
      String said = String.join(" ", lines);
      return said.isEmpty() ? exit : exit + ": " + said;
    }
  }

  private void readErrors() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(pager.getErrorStream(), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        take(line.strip());
      }
    } catch (IOException e) {
      // It has ended, or is being ended.
    }
  }

  private void take(String line) {
    if (serving) {
      PagerLog.get().warn("pager: {}", line);
    }
    synchronized (lines) {
      if (!line.isEmpty() && !isStackFrame(line) && lines.size() < LINES_KEPT) {
        lines.add(line);
      }
    }
  }

  private static boolean isStackFrame(String line) {
    return line.startsWith("at ");
  }

  /** From now on the pager's end is no failure, however it comes. */
  void dismissWatcher() {
    if (watcher != null) {
      watcher.destroyForcibly();
    }
  }

  /** Waits for the orderly end of both, and ends them if it does not come. Idempotent. */
  @Override
  public void close() {
    boolean interrupted = awaitEnd(pager);
    if (watcher != null && !pager.isAlive()) {
      interrupted |= awaitEnd(watcher);
    }
    kill();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends both at once, the watcher first so that it does nothing. */
  void kill() {
    dismissWatcher();
    if (watcher != null) {
      awaitEnd(watcher);
    }
    pager.destroyForcibly();
    awaitEnd(pager);
  }

  /** Waits a bounded time; true if interrupted. */
  private static boolean awaitEnd(Process process) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS_MAX);
    while (process.isAlive() && deadline - System.nanoTime() > 0) {
      try {
        boolean _ = process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }
}
