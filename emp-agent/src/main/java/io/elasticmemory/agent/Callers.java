package io.elasticmemory.agent;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whose allocations are redirected. The caller is the first class on the stack that is not of the
 * JDK: with a library in between, the library.
 *
 * @param include names of classes, or of packages with {@code .*} for all below; empty for all
 * @param exclude the same; wins
 */
record Callers(List<String> include, List<String> exclude) {
  /** From an allocation up to the channel that makes it. */
  private static final int FRAMES_OF_JDK_MAX = 20;

  private static final List<String> JDK = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

  /** Keeps the lists. */
  Callers {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /** Whether the allocation that is going on in this thread is redirected. */
  boolean isRedirected() {
    if (include.isEmpty() && exclude.isEmpty()) {
      return true;
    }
    return isRedirected(StackWalker.getInstance().walk(Callers::caller));
  }

  private static String caller(Stream<StackFrame> stack) {
    // Our own frames are the first; those of a program with the API of EMP come after the JDK's.
    return stack
        .map(StackFrame::getClassName)
        .dropWhile(name -> name.startsWith("io.elasticmemory.agent."))
        .filter(name -> JDK.stream().noneMatch(name::startsWith))
        .findFirst()
        .orElse("");
  }

  /** The package of the first class on the stack that is not of the JDK; empty if there is none. */
  static String packageOfCaller() {
    String caller = StackWalker.getInstance().walk(Callers::caller);
    return caller.substring(0, Math.max(0, caller.lastIndexOf('.')));
  }

  /** Whether a channel of the JDK allocates, for itself. */
  static boolean isChannel() {
    return StackWalker.getInstance()
        .walk(
            stack ->
                stack
                    .limit(FRAMES_OF_JDK_MAX)
                    .anyMatch(frame -> frame.getClassName().equals("sun.nio.ch.Util")));
  }

  boolean isRedirected(String caller) {
    return (include.isEmpty() || isNamed(include, caller)) && !isNamed(exclude, caller);
  }

  private static boolean isNamed(List<String> names, String caller) {
    return names.stream().anyMatch(name -> isNamed(name, caller));
  }

  /** Nested classes and lambdas belong to their class. */
  private static boolean isNamed(String name, String caller) {
    return name.endsWith(".*")
        ? caller.startsWith(name.substring(0, name.length() - 1))
        : caller.equals(name) || caller.startsWith(name + "$");
  }
}
