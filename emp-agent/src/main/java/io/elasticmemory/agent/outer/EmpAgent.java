package io.elasticmemory.agent.outer;

import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * Where the JVM enters the agent. This class, {@link CarriedLoader} and {@link CarriedMain} are all
 * that a program with the agent has more on its class path; everything else is carried by the jar
 * out of its sight.
 *
 * <p>Compiled for Java 8, so that an old JVM can say what it lacks and start the program.
 */
public final class EmpAgent {
  private static final String START = "io.elasticmemory.agent.AgentStart";
  private static final int FEATURE_MIN = 25;
  private static final int EXIT_REFUSED = 2;

  /** Whether the agent that was started last is at work; null before the first. */
  private static BooleanSupplier atWork;

  private EmpAgent() {}

  /** Called by the JVM before {@code main}. */
  public static void premain(String options, Instrumentation instrumentation) {
    start(options, instrumentation, false);
  }

  /** Called by the JVM when the agent is loaded into a running program. */
  public static void agentmain(String options, Instrumentation instrumentation) {
    start(options, instrumentation, true);
  }

  private static synchronized void start(
      String options, Instrumentation instrumentation, boolean attached) {
    if (atWork != null && atWork.getAsBoolean()) {
      say("the agent is at work already; options of a second one are not taken");
      return;
    }
    String text = options == null ? "" : options.trim();
    try {
      requireJdk();
      atWork = enter(text, instrumentation, attached);
    } catch (Throwable e) {
      // Never into the program, which has nothing to do with it.
      say("the agent is inactive: " + reason(e));
      if (!attached && isStrict(text)) {
        System.exit(EXIT_REFUSED);
      }
    }
  }

  private static void requireJdk() {
    String version = System.getProperty("java.specification.version", "?");
    if (!isAtLeast(version)) {
      throw new UnsupportedOperationException(
          "it needs JDK " + FEATURE_MIN + " or newer, and this is " + version);
    }
  }

  private static boolean isAtLeast(String version) {
    try {
      return Integer.parseInt(version) >= FEATURE_MIN;
    } catch (NumberFormatException e) {
      // 1.8
      return false;
    }
  }

  private static BooleanSupplier enter(
      String options, Instrumentation instrumentation, boolean attached)
      throws ReflectiveOperationException {
    ClassLoader loader = CarriedLoader.ofOwnJar();
    Object hope =
        loader
            .loadClass(START)
            .getMethod("start", String.class, Instrumentation.class, boolean.class)
            .invoke(null, options, instrumentation, attached);
    return (BooleanSupplier) hope;
  }

  private static String reason(Throwable e) {
    Throwable cause = e instanceof InvocationTargetException ? e.getCause() : e;
    String message = cause.getMessage();
    return message == null ? cause.toString() : message;
  }

  /** Read here too, because what reads options properly may be what cannot be loaded. */
  private static boolean isStrict(String options) {
    return Arrays.asList(options.split(",")).contains("strict=true");
  }

  private static void say(String line) {
    System.err.println("emp: " + line);
  }
}
