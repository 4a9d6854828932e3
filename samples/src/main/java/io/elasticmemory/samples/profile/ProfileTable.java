package io.elasticmemory.samples.profile;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Lines of a program by their faults, and the stacks that lead there, for people. */
public final class ProfileTable {
  private static final int LINES_MAX = 30;
  private static final int STACKS_MAX = 10;
  private static final int FRAMES_MAX = 24;

  private final List<ProfiledStack> stacks;
  private final long samples;

  /** A table of what was taken. */
  public ProfileTable(List<ProfiledStack> stacks) {
    this.stacks =
        stacks.stream().sorted(Comparator.comparingLong(ProfiledStack::count).reversed()).toList();
    samples = stacks.stream().mapToLong(ProfiledStack::count).sum();
  }

  /** What is seen of one line. */
  private static final class Sum {
    private long count;
    private long waitNanos;
    private final Map<String, Long> kinds = new TreeMap<>();

    void add(ProfiledStack stack) {
      count += stack.count();
      waitNanos += stack.waitNanos();
      kinds.merge(stack.kind(), stack.count(), Long::sum);
    }

    String kinds() {
      return kinds.entrySet().stream()
          .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
          .map(kind -> kind.getKey() + " " + kind.getValue())
          .collect(Collectors.joining(", "));
    }
  }

  /** Prints it. */
  public void print(PrintWriter out) {
    Map<String, Sum> lines = new LinkedHashMap<>();
    stacks.forEach(stack -> lines.computeIfAbsent(stack.line(), _ -> new Sum()).add(stack));
    out.println("   faults  mean wait  line");
    lines.entrySet().stream()
        .sorted(Comparator.comparingLong(line -> -line.getValue().count))
        .limit(LINES_MAX)
        .forEach(line -> print(line.getKey(), line.getValue(), out));
    if (lines.size() > LINES_MAX) {
      out.printf("           and %d lines more%n", lines.size() - LINES_MAX);
    }
    stacks.stream().limit(STACKS_MAX).forEach(stack -> print(stack, out));
    out.flush();
  }

  private void print(String line, Sum sum, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "  %5.1f %%  %6.1f µs  %s  (%s)%n",
        percent(sum.count),
        sum.waitNanos / 1e3 / sum.count,
        line,
        sum.kinds());
  }

  private void print(ProfiledStack stack, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%n%.1f %%, %d samples, %s%n",
        percent(stack.count()),
        stack.count(),
        stack.kind());
    List<String> frames = stack.frames().reversed();
    frames.stream().limit(FRAMES_MAX).forEach(frame -> out.println("    " + frame));
    if (frames.size() > FRAMES_MAX) {
      out.printf("    and %d frames more%n", frames.size() - FRAMES_MAX);
    }
  }

  private double percent(long count) {
    return 100.0 * count / Math.max(1, samples);
  }
}
