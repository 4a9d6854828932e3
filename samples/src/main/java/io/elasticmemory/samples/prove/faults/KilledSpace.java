package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Processes;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.Signal;
import io.elasticmemory.samples.stat.Counted;
import io.elasticmemory.samples.stat.ObservedSpace;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The space of a program whose pagers are ended, seen and acted on from outside. */
final class KilledSpace implements AutoCloseable {
  /** After so long nothing goes on any more: several times what a fault may wait. */
  static final long HANG_NANOS = TimeUnit.SECONDS.toNanos(40);

  private static final long STATUS_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int SIGKILL = 9;

  /** What became of a pager that was to be ended. */
  enum End {
    /** By our signal, as the kernel says. */
    CONFIRMED,
    /** This kernel, before 6.15, does not say it. */
    UNKNOWN,
    /** Otherwise. */
    OTHERWISE
  }

  private final Child program;
  private final ObservedSpace space;
  private final Runnable beforeEnd;
  private final Processes processes = Platform.find().processes();

  /**
   * Finds the space of a program.
   *
   * @param beforeEnd what is to be done just before any of its pagers is ended
   */
  KilledSpace(Child program, Runnable beforeEnd) {
    this.program = program;
    this.beforeEnd = beforeEnd;
    space = ObservedSpace.of(program.process().pid()).getFirst();
  }

  /** The pager that serves, or served last. */
  long pagerPid() {
    return space.count().map(Counted::pagerPid).orElse(0L);
  }

  /** The pager that is ready to take over; 0 if none is. */
  long standbyPid() {
    long pid = space.count().map(Counted::standbyPid).orElse(0L);
    return pid != 0 && ProcessHandle.of(pid).isPresent() ? pid : 0;
  }

  /** False if the program ends before it is so, or it is not in time. */
  boolean await(BooleanSupplier condition) {
    return await(condition, HANG_NANOS);
  }

  private boolean await(BooleanSupplier condition, long nanosMax) {
    long end = System.nanoTime() + nanosMax;
    while (!condition.getAsBoolean()) {
      if (!program.process().isAlive() || System.nanoTime() - end >= 0) {
        return false;
      }
      pause(LOOK_NANOS);
    }
    return true;
  }

  /**
   * Kills a pager.
   *
   * @param stops by a signal that only stops it, so that its standby has to
   */
  End end(long pid, boolean stops) throws IOException {
    try (Peer pager = processes.open(pid)) {
      beforeEnd.run();
      if (stops) {
        Signal.STOP.send(pid);
      } else {
        pager.kill();
      }
      if (!await(() -> !pager.isAlive())) {
        return End.OTHERWISE;
      }
      if (stops) {
        Signal.CONT.send(pid);
      }
      return how(pager);
    } catch (EmpException e) {
      return End.OTHERWISE; // it had ended by itself
    }
  }

  /** Its parent has to take notice first. */
  private End how(Peer pager) {
    boolean _ = await(() -> pager.waitStatus().isPresent(), STATUS_NANOS_MAX);
    OptionalInt status = pager.waitStatus();
    if (status.isEmpty()) {
      return End.UNKNOWN;
    }
    return status.getAsInt() == SIGKILL ? End.CONFIRMED : End.OTHERWISE;
  }

  /** Does nothing for a while. */
  static void pause(long nanos) {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    space.close();
  }
}
