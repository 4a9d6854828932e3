package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Peer;

/**
 * Ends the application, with a last line from the watcher, and then this process. Whatever fails on
 * the way, this process ends, and then the lifeline ends the application.
 */
final class ApplicationWarden implements Warden {
  /** For the watcher to print and kill; where there is none, this process kills a little later. */
  private static final long WATCHER_MILLIS_MAX = 250;

  private static final int EXIT_CODE = 1;

  private final Peer application;
  private final WatcherPipe watcher;
  private final PagerLog log;

  ApplicationWarden(Peer application, WatcherPipe watcher, PagerLog log) {
    this.application = application;
    this.watcher = watcher;
    this.log = log;
  }

  @Override
  public void report(String loss) {
    log.error(loss);
  }

  /** Never returns. Any thread. */
  @Override
  public void stop(String reason) {
    try {
      watcher.stop(reason);
      awaitEnd();
      application.kill();
    } finally {
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }

  private void awaitEnd() {
    try {
      for (int i = 0; i < WATCHER_MILLIS_MAX && application.isAlive(); i++) {
        Thread.sleep(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
