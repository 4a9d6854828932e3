package io.elasticmemory.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the agent says: lines on the standard error of the process. Not by {@code System.err}, which
 * a program may have replaced by something that allocates, and by no logging framework, which would
 * be set up before the program could.
 */
final class AgentLog {
  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  private AgentLog() {}

  /** Says a line. */
  static void say(String line) {
    // Not closed: the descriptor is the process's.
    FileOutputStream error = new FileOutputStream(FileDescriptor.err);
    try {
      error.write(("emp: " + line + System.lineSeparator()).getBytes(UTF_8));
    } catch (IOException e) {
      // Nobody reads it.
    }
  }

  /** Says why the program runs as if there were no agent. */
  static void sayInactive(String reason) {
    say("the agent is inactive, all memory is ordinary: " + reason);
  }

  /** Says a line of its kind the first time. */
  static void sayOnce(String kind, String line) {
    if (SAID.add(kind)) {
      say(line);
    }
  }
}
