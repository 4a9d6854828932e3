package io.elasticmemory.agent;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpException;
import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * The agent: opens the space of the environment before the program's {@code main}, so that what the
 * program gets of {@code EmpArena} comes from it at once, and a mistake in the path is found before
 * anything has begun.
 *
 * <pre>
 *   java --enable-native-access=ALL-UNNAMED -javaagent:emp-agent.jar=path=PATH -jar program.jar
 *   EMP_PMEM_PATH=PATH java --enable-native-access=ALL-UNNAMED -javaagent:emp-agent.jar …
 * </pre>
 *
 * <p>It does not yet redirect allocations of a program that knows nothing of EMP ({@code
 * ByteBuffer.allocateDirect}, the arenas of the JDK).
 */
public final class EmpAgent {
  /** Where {@link Emp#fromEnvironment} looks first. */
  private static final String PATH_PROPERTY = "emp.path";

  private static final String PATH_OPTION = "path=";
  private static final int EXIT_REFUSED = 2;

  private EmpAgent() {}

  /**
   * Called by the JVM before {@code main}. What is refused is said in one line, and the program is
   * not started: exit code 2.
   *
   * @param options {@code path=PATH}, or nothing for the path of the environment
   */
  public static void premain(@Nullable String options, Instrumentation instrumentation) {
    try {
      takeOptions(options == null ? "" : options.strip());
      Emp _ = Emp.fromEnvironment();
    } catch (EmpException | IllegalArgumentException e) {
      System.err.println("emp: " + e.getMessage());
      System.exit(EXIT_REFUSED);
    }
  }

  /** The path is all that follows, because it may hold any character. */
  private static void takeOptions(String options) {
    if (options.startsWith(PATH_OPTION)) {
      System.setProperty(PATH_PROPERTY, options.substring(PATH_OPTION.length()));
    } else if (!options.isEmpty()) {
      throw new IllegalArgumentException(
          "agent option '%s' is not known; use -javaagent:emp-agent.jar=path=PATH"
              .formatted(options));
    }
  }
}
