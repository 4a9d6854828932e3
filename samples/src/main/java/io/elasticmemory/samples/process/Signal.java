package io.elasticmemory.samples.process;

import java.io.IOException;

/** Signals to other processes. */
public enum Signal {
  /** It stands still; cannot be refused. */
  STOP,
  /** It goes on; cannot be refused. */
  CONT,
  /** A watcher starts the next pager while the last one serves. */
  USR1;

  /** Sends it; harmless if the process has ended. */
  public void send(long pid) throws IOException {
    String name = "-" + name();
    Process kill = new ProcessBuilder("kill", name, Long.toString(pid)).start();
    try {
      kill.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
