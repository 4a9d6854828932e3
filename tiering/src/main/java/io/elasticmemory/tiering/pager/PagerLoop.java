package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Clock;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Doorbell;
import io.elasticmemory.port.Faults;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.Poller;
import io.elasticmemory.thread.Spin;

/**
 * The loop of a shard: turn it, take commands, and wait for faults, donors and the application's
 * bell; the loop of the first shard also for the application's connection and end. After work it
 * looks again for a while before it sleeps, because the next fault of a thread that runs on comes
 * at once and a wake-up costs more than the fault; but not where that thread needs the CPU on which
 * it would look.
 */
final class PagerLoop {
  /** Why the loop ended. */
  enum End {
    /** The application asks for it. */
    CLOSED,
    /** The application has ended, or has given the space up. */
    APPLICATION_GONE
  }

  /** Long enough to catch the next fault of a thread that runs on, short enough to cost nothing. */
  private static final long SPIN_NANOS = 50_000;

  private final Shard shard;
  private final CommandDesk desk;
  private final Poller poller;
  private final Clock clock;
  private final Watchdog.Pulse pulse;
  private final Spin spin;
  private final boolean alwaysSpins;
  private volatile boolean applicationGone;

  PagerLoop(
      Shard shard,
      CommandDesk desk,
      Poller poller,
      Clock clock,
      Watchdog.Pulse pulse,
      long spinNanos) {
    this.shard = shard;
    this.desk = desk;
    this.poller = poller;
    this.clock = clock;
    this.pulse = pulse;
    this.alwaysSpins = spinNanos >= 0;
    this.spin = new Spin(alwaysSpins ? spinNanos : SPIN_NANOS);
  }

  /** Watches what wakes the loop. */
  void watch(Faults faults, Doorbell bell) {
    poller.watch(faults, Poller.READ, _ -> {});
    poller.watch(bell, Poller.READ, _ -> bell.silence());
  }

  /** Watches for the application's end. */
  void watch(ControlChannel channel, Peer application) {
    // Its other end is gone; what is to be read there is the hand-over, and stays.
    poller.watch(channel, 0, _ -> applicationGone = true);
    poller.watch(application, Poller.READ, _ -> applicationGone = true);
  }

  /** Ends the loop as if it had seen the application's end; any thread, which then wakes it. */
  void abandon() {
    applicationGone = true;
  }

  /** Runs until the space ends. */
  End run(Placement placement) {
    while (!applicationGone && !desk.isClosing()) {
      pulse.turned();
      boolean asked = desk.take();
      boolean worked = shard.turn();
      desk.announce();
      poller.await(asked ? 0 : pauseNanos(worked, placement));
    }
    pulse.ended();
    return applicationGone ? End.APPLICATION_GONE : End.CLOSED;
  }

  private long pauseNanos(boolean worked, Placement placement) {
    long now = clock.nanoTime();
    if (worked) {
      spin.worked();
      placement.faulted(shard.lastFaulter(), now);
    }
    long idleNanos = shard.idleNanos();
    return idleNanos > 0 && mayLookAgain(placement) && spin.looksAgain(now) ? 0 : idleNanos;
  }

  /**
   * On a CPU that is shared with the application only while a disk or another machine works for it.
   * An exporter on this machine would wait for the spin to end.
   */
  private boolean mayLookAgain(Placement placement) {
    return alwaysSpins || !placement.sharesCpu() || shard.awaitsElsewhere();
  }
}
