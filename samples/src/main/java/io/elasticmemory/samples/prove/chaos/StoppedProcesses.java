package io.elasticmemory.samples.prove.chaos;

import io.elasticmemory.samples.process.Signal;
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
    send(Signal.STOP, process);
  }

  /** Lets one go on, if it is still there. */
  void goOn(ProcessHandle process) throws IOException {
    send(Signal.CONT, process);
    synchronized (this) {
      stopped.remove(process);
    }
  }

  /** A number that another process may have by now is not signalled. */
  private static void send(Signal signal, ProcessHandle process) throws IOException {
    if (process.isAlive()) {
      signal.send(process.pid());
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
