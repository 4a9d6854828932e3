package io.elasticmemory.samples.process;

import java.io.IOException;

/** Signals that no process can refuse. */
public enum Signal {
  /** It stands still. */
  STOP,
  /** It goes on. */
  CONT;

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
