package io.elasticmemory.agent.sight;

import io.elasticmemory.wire.FaultKind;
import java.util.List;
import java.util.Objects;

/**
 * A fault and who had it.
 *
 * @param kind how it was answered
 * @param waitNanos for how long the thread stood still, as the pager knows it
 * @param offset in the space
 * @param thread that had it; with a virtual thread on it, its carrier
 * @param stack the innermost frame first, taken when the fault had ended
 */
record SampledFault(
    FaultKind kind, long waitNanos, long offset, Thread thread, List<StackTraceElement> stack) {

  private static final List<String> JDK = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

  SampledFault {
    Objects.requireNonNull(kind, "kind");
    stack = List.copyOf(stack);
  }

  /** The program's own line: the first that is not the JDK's, or else the first of all. */
  String line() {
    return stack.stream()
        .filter(frame -> JDK.stream().noneMatch(frame.getClassName()::startsWith))
        .findFirst()
        .or(() -> stack.stream().findFirst())
        .map(SampledFault::text)
        .orElse("");
  }

  /** A frame as {@code org.acme.Table.get:42}. */
  static String text(StackTraceElement frame) {
    String method = frame.getClassName() + "." + frame.getMethodName();
    return frame.getLineNumber() > 0 ? method + ":" + frame.getLineNumber() : method;
  }
}
