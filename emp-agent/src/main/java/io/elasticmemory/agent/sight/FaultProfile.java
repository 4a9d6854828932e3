package io.elasticmemory.agent.sight;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Faults by kind and stack. For one thread. */
final class FaultProfile {
  /** What is seen of one kind on one stack. */
  private static final class Sum {
    long count;
    long waitNanos;
  }

  private final Map<String, Sum> sums = new HashMap<>();
  private final long lostBefore;
  private long samples;
  private long foreign;
  private long lost;
  private long spentNanos;

  /**
   * An empty one.
   *
   * @param lostBefore samples that were lost before it began
   */
  FaultProfile(long lostBefore) {
    this.lostBefore = lostBefore;
  }

  /** A fault of a Java thread. */
  void add(SampledFault fault) {
    samples++;
    String stack =
        fault.stack().reversed().stream()
            .map(SampledFault::text)
            .map(FaultProfile::withoutSeparators)
            .collect(Collectors.joining(";"));
    Sum sum = sums.computeIfAbsent(fault.kind().text() + "\t" + stack, _ -> new Sum());
    sum.count++;
    sum.waitNanos += fault.waitNanos();
  }

  private static String withoutSeparators(String frame) {
    return frame.replace(';', ',').replace('\t', ' ').replace('\n', ' ');
  }

  /** A fault of a thread that is not Java's, or has ended. */
  void addForeign() {
    foreign++;
  }

  /** Time that it took to look at a fault. */
  void spent(long nanos) {
    spentNanos += nanos;
  }

  /** How many samples were lost by now. */
  void lost(long all) {
    lost = all - lostBefore;
  }

  long samples() {
    return samples;
  }

  long foreign() {
    return foreign;
  }

  long lost() {
    return lost;
  }

  long spentNanos() {
    return spentNanos;
  }

  /** Its lines, see {@link io.elasticmemory.wire.AgentLayout}, the most frequent first. */
  byte[] text(int bytesMax) {
    List<Map.Entry<String, Sum>> entries =
        sums.entrySet().stream()
            .sorted(Comparator.comparingLong(entry -> -entry.getValue().count))
            .toList();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (Map.Entry<String, Sum> entry : entries) {
      String key = entry.getKey();
      int tab = key.indexOf('\t');
      Sum sum = entry.getValue();
      byte[] line =
          "%s\t%d\t%d\t%s\n"
              .formatted(key.substring(0, tab), sum.count, sum.waitNanos, key.substring(tab + 1))
              .getBytes(UTF_8);
      if (text.size() + line.length > bytesMax) {
        break;
      }
      text.writeBytes(line);
    }
    return text.toByteArray();
  }

  /** A text cut to so many bytes. */
  static byte[] utf8(String text, int bytesMax) {
    byte[] bytes = text.getBytes(UTF_8);
    return bytes.length <= bytesMax ? bytes : Arrays.copyOf(bytes, bytesMax);
  }
}
