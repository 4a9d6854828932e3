package io.elasticmemory.samples.profile;

import java.util.ArrayList;
import java.util.List;

/**
 * Faults of one kind on one stack.
 *
 * @param kind how they were answered
 * @param count how many
 * @param waitNanos for how long threads stood still for them, altogether
 * @param frames the outermost first, such as {@code org.acme.Table.get:42}
 */
public record ProfiledStack(String kind, long count, long waitNanos, List<String> frames) {
  private static final List<String> JDK = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");
  private static final int FIELDS = 4;

  /** As many as a JVM takes of a stack unless it is told otherwise; the innermost are kept. */
  static final int FRAMES_MAX = 1_024;

  /** Keeps the list. */
  public ProfiledStack {
    frames = List.copyOf(frames);
  }

  /**
   * Reads the lines of {@link io.elasticmemory.wire.AgentLayout}.
   *
   * @throws IllegalArgumentException that names a line that is none
   */
  public static List<ProfiledStack> parse(String text) {
    List<ProfiledStack> stacks = new ArrayList<>();
    text.lines().forEach(line -> stacks.add(parseLine(line)));
    return stacks;
  }

  private static ProfiledStack parseLine(String line) {
    String[] fields = line.split("\t", FIELDS);
    if (fields.length == FIELDS) {
      try {
        int count = Integer.parseInt(fields[1]);
        long waitNanos = Long.parseLong(fields[2]);
        List<String> frames = List.of(fields[3].split(";"));
        if (count > 0 && waitNanos >= 0 && !frames.isEmpty()) {
          int left = Math.max(0, frames.size() - FRAMES_MAX);
          return new ProfiledStack(
              fields[0], count, waitNanos, frames.subList(left, frames.size()));
        }
      } catch (NumberFormatException e) {
        // As any other line that is none.
      }
    }
    throw new IllegalArgumentException("no line of a profile: '%.80s'".formatted(line));
  }

  /** The program's own line: the innermost that is not the JDK's, or else the innermost. */
  public String line() {
    for (String frame : frames.reversed()) {
      if (JDK.stream().noneMatch(frame::startsWith)) {
        return frame;
      }
    }
    return frames.getLast();
  }
}
