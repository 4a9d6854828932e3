package io.elasticmemory.agent.sight;

import java.lang.instrument.Instrumentation;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings the beans and the platform's server together, whichever comes first. Never makes a server.
 * Any thread, and with whatever locks it holds.
 */
public final class Management {
  private static final String FACTORY = "javax.management.MBeanServerFactory";

  private final Instrumentation instrumentation;
  private final Consumer<String> say;
  private final AtomicBoolean registered = new AtomicBoolean();
  private volatile @Nullable Object server;
  private volatile @Nullable Gift gift;

  /**
   * Nothing yet.
   *
   * @param say takes a line for the user, if there can be no beans
   */
  public Management(Instrumentation instrumentation, Consumer<String> say) {
    this.instrumentation = instrumentation;
    this.say = say;
  }

  /** The platform's server is there. */
  public void serverMade(Object made) {
    if (!registered.get()) {
      server = made;
      register();
    }
  }

  /** There is something to show. */
  public void opened(Gift opened) {
    gift = opened;
    register();
    if (!registered.get() && isUp()) {
      run(() -> Beans.registerIfThere(opened));
    }
  }

  private void register() {
    Object made = server;
    Gift shown = gift;
    if (made != null && shown != null && registered.compareAndSet(false, true)) {
      run(() -> Beans.register(made, shown));
    }
  }

  private interface Registering {
    void run() throws Exception;
  }

  private void run(Registering registering) {
    try {
      registering.run();
    } catch (Exception | LinkageError e) {
      say.accept("the space has no MXBean: " + e);
    }
  }

  /** Whether the program has used management, and may have made the server before we could see. */
  private boolean isUp() {
    for (Class<?> type : instrumentation.getAllLoadedClasses()) {
      if (type.getName().equals(FACTORY)) {
        return true;
      }
    }
    return false;
  }
}
