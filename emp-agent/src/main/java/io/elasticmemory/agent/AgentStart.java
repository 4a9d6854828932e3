package io.elasticmemory.agent;

import io.elasticmemory.EmpException;
import io.elasticmemory.MemPath;
import io.elasticmemory.agent.sight.Management;
import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * Where the agent begins, called by its class on the program's class path. The space is opened in a
 * thread of its own, its pager's JVM first of all because that takes longest; meanwhile the JDK is
 * rewritten; then {@code main} begins, and the first allocation of a size that is redirected waits
 * for the space.
 *
 * <p>What fails is said in one line, and the program runs as if there were no agent. Strict, it is
 * not started then.
 */
public final class AgentStart {
  private static final int EXIT_REFUSED = 2;

  private AgentStart() {}

  /**
   * Starts the agent.
   *
   * @param text options as given on the command line
   * @param attached whether it is loaded into a program that runs
   * @return false if it does not work, and has said why
   */
  public static boolean start(String text, Instrumentation instrumentation, boolean attached) {
    @Nullable String reason;
    boolean strict = text.contains("strict=true");
    try {
      AgentOptions options = AgentOptions.parse(text);
      strict = options.strict();
      reason = start(options, instrumentation);
    } catch (EmpException
        | IllegalArgumentException
        | UnsupportedOperationException
        | ReflectiveOperationException e) {
      reason = String.valueOf(e.getMessage());
      AgentLog.sayInactive(reason);
    }
    if (reason == null) {
      return true;
    }
    if (strict && !attached) {
      System.exit(EXIT_REFUSED);
    }
    return false;
  }

  /** Why there is no space, as far as it is known before {@code main}. */
  private static @Nullable String start(AgentOptions options, Instrumentation instrumentation)
      throws ReflectiveOperationException {
    Management management = new Management(instrumentation, AgentLog::say);
    Activation activation = new Activation(options, management);
    MemPath path =
        options.path().isEmpty()
            ? MemPath.fromEnvironment(System.getenv())
            : MemPath.parse(options.path());
    path.requireSupported();
    Redirections.open(instrumentation);
    requireNoArchive();
    NativeAccess.allow();
    SpaceOpener opener = new SpaceOpener(path, activation);
    opener.start();
    try {
      Hooks hooks = new Hooks(Redirections.install(instrumentation, path.options().usermode()));
      Redirector redirector = new Redirector(options, new OrdinaryMemory(), management);
      activation.begin(hooks, redirector, opener);
    } finally {
      activation.end();
    }
    return options.strict() ? opener.awaitEnd() : opener.awaitAccepted();
  }

  /**
   * A class that was rewritten is left out of an archive, and the JVM that assembles one cannot do
   * without {@code Unsafe}: it crashes (JDK 25). The archive is good for runs with the agent.
   */
  private static void requireNoArchive() throws ReflectiveOperationException {
    Object isDumping =
        Class.forName("jdk.internal.misc.CDS").getMethod("isDumpingArchive").invoke(null);
    if (Boolean.TRUE.equals(isDumping)) {
      throw new UnsupportedOperationException(
          "this run records an archive of classes (-XX:AOTCacheOutput, -XX:AOTMode=record or"
              + " -XX:ArchiveClassesAtExit), which later runs use with the agent at work");
    }
  }
}
