package io.elasticmemory.space;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.ProcessGroup;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.thread.SpaceThreads;
import io.elasticmemory.wire.NextPagerLayout;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The processes that serve a space: a watcher, which is a shell, and the pagers it starts.
 *
 * <p>They have one end of a connection in common, and the space is handed over by a message on it
 * that stays where it is: every pager looks at it and gets descriptors of its own, without this
 * process, whose threads may all wait for a page. All that the space consists of lives until the
 * last of these processes has ended. Then the connection ends, and so does the lifeline.
 *
 * <p>Without a shell there is one pager, and if it ends the lifeline ends this process, and nobody
 * says why.
 */
final class Pagers implements AutoCloseable {
  private static final Path SHELL = Path.of("/bin/sh");

  /** Variables that would change the pager's JVM, or make it open a space itself. */
  static final List<String> FOREIGN_VARIABLES =
      List.of(
          "JAVA_TOOL_OPTIONS",
          "JDK_JAVA_OPTIONS",
          "_JAVA_OPTIONS",
          "JDK_AOT_VM_OPTIONS",
          "EMP_PMEM_PATH",
          "EMP_MEM_PATH");

  private static final long END_MILLIS_MAX = 2_000;
  private static final long ERRORS_MILLIS_MAX = 500;
  private static final int LINES_KEPT = 20;

  /** Begins what the watcher says of a pager that has failed by itself. */
  private static final String EXIT = "exit code ";

  private static boolean warned;

  private final ProcessGroup group;
  private final ControlChannel channel;

  /** Says how the next pager is started, if it is not as the first; null without a watcher. */
  private final @Nullable SharedMemory next;

  private final ArrayDeque<String> lines = new ArrayDeque<>();
  private String exit = "";
  private final Thread errors;
  private volatile boolean serving;

  Pagers(ProcessGroup group, ControlChannel channel) {
    this(group, channel, null);
  }

  private Pagers(ProcessGroup group, ControlChannel channel, @Nullable SharedMemory next) {
    this.group = group;
    this.channel = channel;
    this.next = next;
    errors = SpaceThreads.daemon("emp-pager-errors", this::readErrors);
    errors.start();
  }

  /** Whether there can be more than one: who would start another is a shell. */
  static boolean canBeWatched() {
    return Files.isExecutable(SHELL);
  }

  /**
   * Starts them.
   *
   * @param command starts one pager
   * @param standby whether a second one waits for the end of the first
   */
  static Pagers start(Platform platform, PagerCommand command, boolean standby) {
    boolean watched = canBeWatched();
    if (!watched) {
      warnOnce();
    }
    Sockets.Pair pair = platform.sockets().pair();
    SharedMemory next = null;
    try {
      next = watched ? next(platform.memories()) : null;
      List<String> words = next == null ? command.words(standby) : watched(command, standby, next);
      ProcessGroup group = platform.processes().start(words, environment(), pair.there(), !watched);
      return new Pagers(group, pair.here(), next);
    } catch (RuntimeException | Error e) {
      pair.here().close();
      if (next != null) {
        next.close();
      }
      throw e;
    } finally {
      pair.there().close();
    }
  }

  private static SharedMemory next(Memories memories) {
    SharedMemory next = memories.createShared(NextPagerLayout.NAME, NextPagerLayout.BYTES, true);
    NextPagerLayout.format(next.segment());
    return next;
  }

  private static List<String> watched(PagerCommand command, boolean standby, SharedMemory next) {
    long pid = ProcessHandle.current().pid();
    List<String> words = new ArrayList<>();
    words.add(SHELL.toString());
    words.add("-c");
    words.add(WatcherScript.TEXT);
    words.add("emp-watcher");
    words.add(Long.toString(pid));
    words.add(standby ? "standby" : "");
    words.add("/proc/%d/fd/%d".formatted(pid, next.handle().descriptor()));
    words.add(NextPagerLayout.quoted(command.wordsWithArchive(standby)));
    words.add(NextPagerLayout.quoted(command.wordsWithoutArchive(standby)));
    words.add(command.archive().map(PagerArchive::file).map(Path::toString).orElse(""));
    return words;
  }

  private static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    FOREIGN_VARIABLES.forEach(environment::remove);
    return environment;
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

  /** This process' end of the connection with all of them. */
  ControlChannel channel() {
    return channel;
  }

  /** From now on what they write to their error output is logged as it comes. */
  void serving() {
    serving = true;
  }

  /** How the first ended and what it wrote to its error output, in one line. */
  String lastWords() {
    awaitErrors();
    synchronized (lines) {
      String said = String.join(" ", lines);
      String how = exit.isEmpty() ? "it was killed, or still runs" : exit;
      return said.isEmpty() ? how : how + ": " + said;
    }
  }

  private void awaitErrors() {
    try {
      errors.join(ERRORS_MILLIS_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void readErrors() {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(group.errors(), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        take(line.strip());
      }
    } catch (IOException e) {
      // They have ended, or are being ended.
    }
  }

  private void take(String line) {
    if (serving) {
      PagerLog.get().warn("pager: {}", line);
    }
    synchronized (lines) {
      if (!exit.isEmpty() || line.isEmpty() || isStackFrame(line) || lines.size() == LINES_KEPT) {
        return;
      }
      if (line.startsWith(EXIT)) {
        exit = line;
      } else {
        lines.add(line);
      }
    }
  }

  private static boolean isStackFrame(String line) {
    return line.startsWith("at ");
  }

  /** Waits for the orderly end of all, and ends them if it does not come. Idempotent. */
  @Override
  public void close() {
    if (!group.awaitEnd(END_MILLIS_MAX)) {
      kill();
    }
    awaitErrors();
    channel.close();
    group.close();
    if (next != null) {
      next.close();
    }
  }

  /** Ends all of them at once, and nobody takes it for a failure. */
  void kill() {
    group.kill();
    boolean _ = group.awaitEnd(END_MILLIS_MAX);
  }
}
