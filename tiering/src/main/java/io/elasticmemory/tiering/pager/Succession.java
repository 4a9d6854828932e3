package io.elasticmemory.tiering.pager;

import io.elasticmemory.EmpVersion;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.LifeSign;
import io.elasticmemory.port.PagerProgram;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.RecordLock;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.Build;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the pagers of a space follow each other: one serves it, and who waits takes
 * over when the kernel says that the one before can make no system call any more, which is when its
 * lock on the block table is free. A pager that only stands still (SIGSTOP) is ended, because
 * nobody could tell it to be quiet when it wakes.
 */
final class Succession {
  /**
   * How often it is looked whether the one before stands still or hangs: that it ended is an event.
   * The watcher ends one that stands still at once, if its shell is told.
   */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A process that has been killed and has not ended by then hangs in the kernel. */
  private static final long END_MILLIS_MAX = 2_000;

  /** Not while threads wait to be served. */
  private static final long SAY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** The parts of what wait(2) says. */
  private static final int SIGNAL_MASK = 0x7f;

  private static final int EXIT_CODE_SHIFT = 8;

  private final Platform platform;
  private final ControlChannel channel;
  private final Peer application;
  private final RecordLock lock;
  private final MemorySegment table;
  private final LifeSign lifeSign;
  private final Standby standby;
  private final PagerLog log;
  private final Warden warden;
  private volatile @Nullable Peer before;
  private volatile boolean acquired;
  private volatile boolean serving;
  private volatile boolean unneeded;

  /** When the one before was first seen to be stuck; 0 if it is not. */
  private long stuckSince;

  /** Whether the one before is known, and has not ended: the watching thread's. */
  private boolean knows;

  // Written before serving is.
  private long turnNanos;
  private long endedNanos;
  private long servesNanos;
  private long startNanos;
  private long epoch;

  Succession(
      Platform platform,
      ControlChannel channel,
      Peer application,
      ReceivedSpace space,
      PagerLog log,
      Warden warden) {
    this.platform = platform;
    this.channel = channel;
    this.application = application;
    this.lock = platform.memories().recordLock(space.table().handle());
    this.table = space.table().segment();
    this.lifeSign = platform.memories().lifeSign(BlockTableLayout.lifeSign(table));
    this.standby = new Standby(platform, space, log);
    this.log = log;
    this.warden = warden;
  }

  /**
   * Waits until this process alone may act on the space. If the one before does not end, the
   * application is stopped.
   *
   * @return false if the space has ended, and nothing is left to do
   */
  boolean await() {
    Poller poller = platform.sockets().openPoller();
    poller.watch(channel, 0, _ -> unneeded = true);
    poller.watch(application, Poller.READ, _ -> unneeded = true);
    Thread.ofPlatform().daemon().name("emp-succession").start(() -> watch(poller));
    if (lock.holder() != 0) {
      standby.start();
    }
    lock.acquire();
    turnNanos = System.nanoTime();
    acquired = true;
    standby.stop();
    if (unneeded || BlockTableLayout.hasEnded(table)) {
      return false;
    }
    awaitEnd(before);
    endedNanos = System.nanoTime();
    return true;
  }

  /** This process acts on the space from now on; returns its epoch. */
  static long take(ReceivedSpace space) {
    long pid = ProcessHandle.current().pid();
    long epoch = BlockTableLayout.take(space.table().segment(), pid);
    ShardCounters counters = new ShardCounters(space.counters().segment());
    counters.standbyPid(0);
    counters.build(Build.current().text());
    counters.pagerPid(pid);
    return epoch;
  }

  /**
   * The pager sees by itself from now on when nobody needs it.
   *
   * @param startNanos how long it had taken to start
   */
  synchronized void serves(long epoch, long startNanos) {
    this.epoch = epoch;
    this.startNanos = startNanos;
    servesNanos = System.nanoTime();
    serving = true;
  }

  /** What has been done before the turn came. */
  Prepared prepared() {
    return standby.prepared();
  }

  private void sayWhoServes() {
    LockSupport.parkNanos(SAY_NANOS);
    log.warn(
        ("the pager has ended%s; successor number %d serves the space, %d ms after its turn came,"
             + " %d of them until that was gone and %d for donors (%d greeted early; build %s, it"
             + " had started in %d ms)")
            .formatted(
                describeEnd(),
                epoch - 1,
                millis(servesNanos - turnNanos),
                millis(endedNanos - turnNanos),
                millis(servesNanos - endedNanos),
                prepared().greetings().openedCount(),
                EmpVersion.current(),
                millis(startNanos)));
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  /** How the pager before has ended, as far as that is known. */
  private String describeEnd() {
    Peer peer = before;
    OptionalInt status = peer == null ? OptionalInt.empty() : peer.waitStatus();
    if (status.isEmpty()) {
      return "";
    }
    int signal = status.getAsInt() & SIGNAL_MASK;
    return signal == 0
        ? " with exit code " + (status.getAsInt() >> EXIT_CODE_SHIFT)
        : " by signal " + signal;
  }

  /**
   * Until this pager serves, or nobody needs one: to wait for its turn, or for an exporter, is no
   * reason to outlive the application. Then it has the life sign, as long as the process lives.
   */
  private void watch(Poller watching) {
    try (Poller poller = watching) {
      while (!serving) {
        poller.await(LOOK_NANOS);
        if (unneeded) {
          endUnlessServing();
        }
        if (!acquired) {
          lookAtTheOneBefore(poller);
        }
      }
    }
    if (epoch > 1) {
      sayWhoServes();
    }
    giveLifeSign();
  }

  /**
   * There is no other way out of waiting for a lock. Who has begun to serve meanwhile hears of the
   * application's end as well, and ends in order.
   */
  private synchronized void endUnlessServing() {
    if (!serving) {
      platform.processes().endPager();
      Runtime.getRuntime().halt(PagerProgram.DONE);
    }
  }

  /**
   * Has it as long as the process lives. Who waits for it must never be told that a pager ends that
   * lives on: once it is held nothing is done here that could fail, and end this thread.
   */
  private void giveLifeSign() {
    lifeSign.format();
    while (!lifeSign.hold(epoch)) { // a standby has it for a moment when it looks for one
      LockSupport.parkNanos(LOOK_NANOS);
    }
    while (true) {
      LockSupport.park();
    }
  }

  /** Who serves changes only when the one before ends. */
  private void lookAtTheOneBefore(Poller poller) {
    Peer known = knows ? before : find(poller);
    if (known != null && known.isStopped()) {
      log.warn("pager " + known.pid() + " stands still because of a signal and is ended");
      known.kill();
    }
    if (known != null) {
      lookWhetherItHangs(known);
    }
  }

  /** Then it keeps its lock for as long as the kernel keeps it. */
  private void lookWhetherItHangs(Peer known) {
    if (!known.isStuck()) {
      stuckSince = 0;
    } else if (stuckSince == 0) {
      stuckSince = System.nanoTime();
    } else if (System.nanoTime() - stuckSince >= TimeUnit.MILLISECONDS.toNanos(END_MILLIS_MAX)) {
      stopBecauseOf(known);
    }
  }

  private void stopBecauseOf(Peer peer) {
    warden.stop(
        "pager %d was killed and does not end: it hangs in the kernel, look at /proc/%d/stack"
            .formatted(peer.pid(), peer.pid()));
  }

  private @Nullable Peer find(Poller poller) {
    long holder = lock.holder();
    Peer found = holder == 0 ? null : hold(holder);
    if (found != null) {
      before = found;
      knows = true;
      stuckSince = 0;
      poller.watch(found, Poller.READ, _ -> ended(poller, found));
    }
    return found;
  }

  private void ended(Poller poller, Peer peer) {
    poller.forget(peer);
    knows = false;
  }

  /** The number may be another's by the time it is used, unless the lock is its own still. */
  private @Nullable Peer hold(long holder) {
    try {
      Peer peer = platform.processes().open(holder);
      return lock.holder() == holder ? peer : null;
    } catch (RuntimeException e) {
      return null; // it has ended
    }
  }

  private void awaitEnd(@Nullable Peer peer) {
    if (peer != null && !peer.awaitEnd(END_MILLIS_MAX)) {
      stopBecauseOf(peer);
    }
  }
}
