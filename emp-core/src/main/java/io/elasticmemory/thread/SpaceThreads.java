package io.elasticmemory.thread;

/**
 * EMP's threads inside the application. They are in a thread group of their own, so that whoever
 * redirects allocations leaves theirs alone: a space that depends on a thread must not lie in that
 * thread's way.
 */
public final class SpaceThreads {
  private static final ThreadGroup GROUP = new ThreadGroup(root(), "emp");

  private SpaceThreads() {}

  /** A daemon that is not started yet and keeps nothing of the thread that makes it. */
  public static Thread daemon(String name, Runnable body) {
    return prepared(Thread.ofPlatform().daemon(), name, body);
  }

  /** As {@link #daemon}, but the JVM does not end before it. */
  public static Thread lasting(String name, Runnable body) {
    return prepared(Thread.ofPlatform().daemon(false), name, body);
  }

  private static Thread prepared(Thread.Builder.OfPlatform builder, String name, Runnable body) {
    Thread thread =
        builder.group(GROUP).name(name).inheritInheritableThreadLocals(false).unstarted(body);
    thread.setContextClassLoader(SpaceThreads.class.getClassLoader());
    return thread;
  }

  /** Waits until a thread has ended, also if the calling one is interrupted, and stays so. */
  public static void awaitEnd(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the calling thread is one of them. */
  public static boolean isOwn() {
    return GROUP.equals(Thread.currentThread().getThreadGroup());
  }

  private static ThreadGroup root() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null) {
      group = group.getParent();
    }
    return group;
  }
}
