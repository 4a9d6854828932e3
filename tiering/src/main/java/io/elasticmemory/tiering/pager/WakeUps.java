package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Cpus;
import io.elasticmemory.port.Processes;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * What it costs this machine to wake a thread that sleeps: on the same CPU, and on another one. Two
 * threads hand a turn to and fro, as an application and its pager do. Takes a few milliseconds, on
 * two threads of its own.
 */
final class WakeUps {
  /** Hand-overs there and back of which the median counts. */
  private static final int ROUNDS = 101;

  private static final long PATIENCE_NANOS = 100_000_000;

  /** So much dearer a wake-up on another CPU must be to be worth avoiding. */
  private static final long DEAR_NANOS = 8_000;

  private final Processes processes;
  private volatile int turn;

  private WakeUps(Processes processes) {
    this.processes = processes;
  }

  /**
   * Measures on two threads of its own and reports when done.
   *
   * @param dear called if a wake-up across CPUs is much dearer than one on the same
   */
  static void measure(Processes processes, Runnable dear) {
    Thread.ofPlatform()
        .daemon()
        .name("wake-ups")
        .start(
            () -> {
              if (new WakeUps(processes).areDear()) {
                dear.run();
              }
            });
  }

  private boolean areDear() {
    int one;
    int other;
    try (Cpus cpus = processes.openCpus()) {
      if (cpus.count() == 1) {
        return false;
      }
      one = cpus.cpu(0);
      other = cpus.cpu(1);
    }
    return medianNanos(one, other) - medianNanos(one, one) > 2 * DEAR_NANOS;
  }

  /** There and back between a thread on one CPU and a thread on another. */
  private long medianNanos(int here, int there) {
    processes.pinThread(here);
    turn = 0;
    Thread caller = Thread.currentThread();
    Thread answering = Thread.ofPlatform().daemon().start(() -> answer(there, caller));
    long[] nanos = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      turn = 2 * i + 1;
      LockSupport.unpark(answering);
      if (!awaitTurn(2 * i + 2)) {
        return 0;
      }
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return nanos[ROUNDS / 2];
  }

  private void answer(int cpu, Thread caller) {
    processes.pinThread(cpu);
    for (int i = 0; i < ROUNDS && awaitTurn(2 * i + 1); i++) {
      turn = 2 * i + 2;
      LockSupport.unpark(caller);
    }
  }

  private boolean awaitTurn(int expected) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (turn < expected) {
      LockSupport.parkNanos(PATIENCE_NANOS);
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
    }
    return true;
  }
}
