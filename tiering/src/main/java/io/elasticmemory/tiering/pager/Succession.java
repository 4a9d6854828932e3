package io.elasticmemory.tiering.pager;

import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.RecordLock;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the pagers of a space follow each other: one serves it, and who waits takes
 * over when the kernel says that the one before can make no system call any more, which is when its
 * lock on the block table is free. A pager that only stands still (SIGSTOP) is ended, because
 * nobody could tell it to be quiet when it wakes.
 */
final class Succession {
  /** How often the one before is looked at: a system call or three. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** A process that has been killed and has not ended by then hangs in the kernel. */
  private static final long END_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

  /** The parts of what wait(2) says. */
  private static final int SIGNAL_MASK = 0x7f;

  private static final int EXIT_CODE_SHIFT = 8;

  private static final int REHEARSALS = 3;
  private static final int REHEARSED_LOADS = 5_000;

  /** Until the second compiler has been at it. */
  private static final int REHEARSED_SEALS = 3_000;

  private final Platform platform;
  private final ControlChannel channel;
  private final Peer application;
  private final RecordLock lock;
  private final MemorySegment table;
  private final Geometry geometry;
  private final ShardCounters counters;
  private final boolean encrypted;
  private final PagerLog log;
  private final Warden warden;
  private volatile @Nullable Rehearsal rehearsal;
  private volatile @Nullable Peer before;
  private volatile boolean acquired;
  private volatile boolean serving;
  private volatile boolean unneeded;

  /** When the one before was first seen to be stuck; 0 if it is not. */
  private long stuckSince;

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
    this.geometry = space.handOver().geometry();
    this.counters = new ShardCounters(space.counters().segment());
    this.encrypted = space.handOver().encrypted();
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
    Thread.ofPlatform().daemon().name("emp-succession").start(this::watch);
    if (lock.holder() != 0) {
      Thread.ofPlatform().daemon().name("emp-rehearsal-pager").start(this::rehearse);
    }
    lock.acquire();
    acquired = true;
    Rehearsal underWay = rehearsal;
    if (underWay != null) {
      underWay.stop();
    }
    if (unneeded || BlockTableLayout.hasEnded(table)) {
      return false;
    }
    awaitEnd(before);
    return true;
  }

  /** How the pager before has ended, as far as that is known; after {@link #await}. */
  String describeEnd() {
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

  private void rehearse() {
    try {
      if (encrypted) {
        AesGcmSeals.rehearse(geometry, platform.memories(), REHEARSED_SEALS);
      }
      for (int i = 0; i < REHEARSALS && !acquired; i++) {
        try (Rehearsal own = new Rehearsal(platform, geometry)) {
          rehearsal = own;
          own.run(acquired ? 0 : REHEARSED_LOADS);
        }
      }
    } catch (RuntimeException | Error e) {
      log.warn("the standby could not rehearse, its first answers will be slow: " + e);
    }
    sayReady();
  }

  /** Who takes over by this very moment clears it again: it is late by no more than that. */
  private void sayReady() {
    if (!acquired) {
      counters.standbyPid(ProcessHandle.current().pid());
    }
  }

  /** The pager sees by itself from now on when nobody needs it. */
  void serves() {
    serving = true;
  }

  /**
   * Until this pager serves, or nobody needs one: to wait for its turn, or for an exporter, is no
   * reason to outlive the application.
   */
  private void watch() {
    try (Poller poller = platform.sockets().openPoller()) {
      poller.watch(channel, 0, _ -> unneeded = true);
      poller.watch(application, Poller.READ, _ -> unneeded = true);
      while (!serving) {
        poller.await(LOOK_NANOS);
        if (unneeded) {
          Runtime.getRuntime().halt(0); // there is no other way out of waiting for a lock
        }
        if (!acquired) {
          lookAtTheOneBefore();
        }
      }
    }
  }

  private void lookAtTheOneBefore() {
    long holder = lock.holder();
    Peer known = before;
    if (holder != 0 && (known == null || known.pid() != holder)) {
      known = hold(holder);
      before = known;
    }
    if (holder != 0 && known != null && known.isStopped()) {
      log.warn("pager " + holder + " stands still because of a signal and is ended");
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
    } else if (System.nanoTime() - stuckSince >= END_NANOS_MAX) {
      stopBecauseOf(known);
    }
  }

  private void stopBecauseOf(Peer peer) {
    warden.stop(
        "pager %d was killed and does not end: it hangs in the kernel, look at /proc/%d/stack"
            .formatted(peer.pid(), peer.pid()));
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
    if (peer == null) {
      return;
    }
    long end = System.nanoTime() + END_NANOS_MAX;
    try (Poller poller = platform.sockets().openPoller()) {
      poller.watch(peer, Poller.READ, _ -> {});
      for (long left = END_NANOS_MAX; peer.isAlive(); left = end - System.nanoTime()) {
        if (left <= 0) {
          stopBecauseOf(peer);
        }
        poller.await(left);
      }
    }
  }
}
