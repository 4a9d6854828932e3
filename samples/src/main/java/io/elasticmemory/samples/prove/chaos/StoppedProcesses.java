package io.elasticmemory.samples.prove.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes that are stopped by SIGSTOP, so that none stays so. For any thread. */
final class StoppedProcesses implements AutoCloseable {
  private final List<ProcessHandle> stopped = new ArrayList<>();

  /** Stops one. */
  void stop(ProcessHandle process) throws IOException {
    synchronized (this) {
      stopped.add(process);
    }
    signal("STOP", process);
  }

  /** Lets one go on, if it is still there. */
  void goOn(ProcessHandle process) throws IOException {
    signal("CONT", process);
    synchronized (this) {
      stopped.remove(process);
    }
  }

  /** A number that another process may have by now is not signalled. */
  private static void signal(String name, ProcessHandle process) throws IOException {
    if (!process.isAlive()) {
      return;
    }
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    try {
      kill.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets all go on: they see then that it is over. */
  @Override
  public void close() {
    List<ProcessHandle> left;
    synchronized (this) {
      left = List.copyOf(stopped);
    }
    for (ProcessHandle process : left) {
      try {
        goOn(process);
      } catch (IOException e) {
        process.destroyForcibly();
      }
    }
  }
}
