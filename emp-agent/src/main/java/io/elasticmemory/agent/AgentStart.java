package io.elasticmemory.agent;

import io.elasticmemory.EmpException;
import io.elasticmemory.MemPath;
import io.elasticmemory.Tier;
import io.elasticmemory.agent.sight.Management;
import java.lang.instrument.Instrumentation;
import java.util.function.BooleanSupplier;

/**
 * Where the agent begins, called by its class on the program's class path. The space is opened in a
 * thread of its own, its pager's JVM first of all because that takes longest; meanwhile the JDK is
 * rewritten; then {@code main} begins, and the first allocation of a size that is redirected waits
 * for the space. Exporters may refuse, which only the pager hears: with one in the path {@code
 * main} begins when the space is open.
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
   * @return whether there is a space or hope for one, each time it is asked; if not it has been
   *     said why, and the agent can be started again
   */
  public static BooleanSupplier start(
      String text, Instrumentation instrumentation, boolean attached) {
    boolean strict = text.contains("strict=true");
    try {
      AgentOptions options = AgentOptions.parse(text);
      strict = options.strict();
      Activation activation = start(options, instrumentation, attached);
      if (activation.isHopeful()) {
        return activation::isHopeful;
      }
    } catch (EmpException
        | IllegalArgumentException
        | UnsupportedOperationException
        | ReflectiveOperationException e) {
      AgentLog.sayInactive(String.valueOf(e.getMessage()));
    }
    if (strict && !attached) {
      System.exit(EXIT_REFUSED);
    }
    return () -> false;
  }

  private static Activation start(
      AgentOptions options, Instrumentation instrumentation, boolean attached)
      throws ReflectiveOperationException {
    MemPath path = options.memPath(System.getenv());
    path.requireSupported();
    Redirections.open(instrumentation);
    requireNoArchive();
    NativeAccess.allow();
    OrdinaryMemory ordinary = new OrdinaryMemory();
    Activation activation = new Activation(options, ordinary);
    SpaceOpener opener = new SpaceOpener(path, activation);
    opener.start();
    boolean usermode = path.options().usermode();
    try {
      Class<?> hooks = Redirections.hooks();
      Redirections redirections = Redirections.install(instrumentation, usermode);
      Redirector redirector = new Redirector(options, usermode);
      Contents contents = new Contents(redirector, ordinary);
      activation.begin(
          new Hooks(hooks, redirections),
          new Answers(
              redirector,
              contents,
              new NativeFunctions(redirector, contents, attached),
              new Management(instrumentation, AgentLog::say)),
          opener);
    } finally {
      activation.end();
    }
    awaitRefusal(opener, options.strict(), attached, path.mib(Tier.REMOTE) > 0);
    return activation;
  }

  /** What is refused is to be said before {@code main}; nobody waits for that if it has begun. */
  private static void awaitRefusal(
      SpaceOpener opener, boolean strict, boolean attached, boolean hasExporters) {
    if (attached || !(strict || hasExporters)) {
      boolean _ = opener.awaitAccepted();
    } else if (!opener.awaitEnd() && strict) {
      opener.giveUp();
    }
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
