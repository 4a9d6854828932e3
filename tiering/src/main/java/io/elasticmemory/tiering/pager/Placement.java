package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Cpus;
import java.util.function.BooleanSupplier;

/**
 * Which CPU the pager's thread runs on. A thread that faults sleeps until it is served, so its CPU
 * is free for the pager: on the same CPU the hand-over is two changes of context. On another one it
 * is a wake-up across CPUs, which costs a microsecond or two on metal and 40 to 60 on some virtual
 * machines, whose idle CPUs have to be started by the host. So where that was measured to be dear,
 * the pager follows the thread that faults.
 *
 * <p>It does not follow a thread that moves about, nor several that fault on different CPUs; and it
 * lets go when it has to wait for the CPU, because others run there. Then it leaves the choice to
 * the kernel for a while, longer each time.
 *
 * <p>Used by the loop's thread; allocates nothing after construction.
 */
final class Placement implements AutoCloseable {
  /** What it costs to follow is a few microseconds, so often. */
  private static final long LOOK_NANOS = 5_000_000;

  /** Looks that must find the same CPU before it is followed there. */
  private static final int LOOKS_MIN = 2;

  /** The part of its time that the pager may wait for a CPU on which it follows. */
  private static final int WAITING_PART = 5;

  private static final long LET_GO_NANOS_MIN = 100_000_000;
  private static final long LET_GO_NANOS_MAX = 10_000_000_000L;
  private static final int NOWHERE = -1;

  private final Cpus cpus;
  private int boundTo = NOWHERE;
  private int seen = NOWHERE;
  private int sightings;
  private long lookedAt;
  private long waitedNanos;
  private long letGoUntil;
  private long letGoNanos = LET_GO_NANOS_MIN;
  private final BooleanSupplier pays;

  /**
   * Stays where it is until it is known that wake-ups on other CPUs are dear.
   *
   * @param pays whether to follow pays on this machine
   */
  Placement(Cpus cpus, BooleanSupplier pays) {
    this.cpus = cpus;
    this.pays = pays;
  }

  /** True if whoever faults runs on the same CPU: to look again would keep it waiting. */
  boolean sharesCpu() {
    return boundTo != NOWHERE || cpus.count() == 1;
  }

  /** A fault of a thread, by its kernel's id, was read. */
  void faulted(int thread, long nowNanos) {
    if (thread == 0 || nowNanos - lookedAt < LOOK_NANOS || !mayFollow()) {
      return;
    }
    long elapsed = nowNanos - lookedAt;
    lookedAt = nowNanos;
    if (boundTo != NOWHERE && waitsTooLong(elapsed)) {
      letGo(nowNanos);
    }
    if (nowNanos - letGoUntil >= 0) {
      look(cpus.cpuOf(thread));
    }
  }

  private boolean mayFollow() {
    return pays.getAsBoolean() && cpus.count() > 1;
  }

  private boolean waitsTooLong(long elapsedNanos) {
    long before = waitedNanos;
    waitedNanos = cpus.waitedNanos();
    return waitedNanos - before > elapsedNanos / WAITING_PART;
  }

  private void letGo(long nowNanos) {
    unbind();
    letGoUntil = nowNanos + letGoNanos;
    letGoNanos = Math.min(LET_GO_NANOS_MAX, 2 * letGoNanos);
    sightings = 0;
  }

  private void look(int cpu) {
    if (cpu == NOWHERE) {
      return;
    }
    sightings = cpu == seen ? sightings + 1 : 1;
    seen = cpu;
    if (cpu == boundTo) {
      letGoNanos = Math.max(LET_GO_NANOS_MIN, letGoNanos - letGoNanos / 64);
    } else if (sightings >= LOOKS_MIN) {
      bind(cpu);
    } else {
      unbind();
    }
  }

  private void bind(int cpu) {
    if (cpus.bind(cpu)) {
      boundTo = cpu;
      waitedNanos = cpus.waitedNanos();
    }
  }

  private void unbind() {
    if (boundTo != NOWHERE) {
      cpus.release();
      boundTo = NOWHERE;
    }
  }

  @Override
  public void close() {
    cpus.close();
  }
}
