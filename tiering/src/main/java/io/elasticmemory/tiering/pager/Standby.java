package io.elasticmemory.tiering.pager;

import io.elasticmemory.EmpException;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Platform;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.ExporterDonor;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOver.DonorKind;
import io.elasticmemory.wire.HandOver.DonorPart;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a pager does while it waits for its turn, so that nothing is done for the first time when
 * threads wait for it: it serves small spaces of its own, knocks at an exporter, and collects its
 * garbage. Then it says that it is ready. Whatever fails of it, the pager takes over all the same,
 * only more slowly.
 */
final class Standby {
  private static final int REHEARSED_TAKE_OVERS = 20;
  private static final int REHEARSED_LOADS = 500;

  /** Until the second compiler has been at it. */
  private static final int REHEARSED_SEALS = 3_000;

  private static final long KNOCK_MILLIS_MAX = 2_000;

  private final Platform platform;
  private final HandOver handOver;
  private final ShardCounters counters;
  private final PagerLog log;
  private volatile @Nullable Rehearsal rehearsal;
  private volatile boolean stopped;

  Standby(Platform platform, ReceivedSpace space, PagerLog log) {
    this.platform = platform;
    this.handOver = space.handOver();
    this.counters = new ShardCounters(space.counters().segment());
    this.log = log;
  }

  /** Begins, on a thread of its own. */
  void start() {
    Thread.ofPlatform().daemon().name("emp-standby").start(this::prepare);
  }

  /** Its turn has come: what it is at ends soon; any thread. */
  void stop() {
    stopped = true;
    Rehearsal underWay = rehearsal;
    if (underWay != null) {
      underWay.stop();
    }
  }

  private void prepare() {
    try {
      knock();
      rehearse();
    } catch (RuntimeException | Error e) {
      log.warn("the standby could not rehearse, its first answers will be slow: " + e);
    }
    sayReady();
  }

  private void rehearse() {
    if (handOver.encrypted()) {
      AesGcmSeals.rehearse(handOver.geometry(), platform.memories(), REHEARSED_SEALS);
    }
    try (Rehearsal own = new Rehearsal(platform, handOver)) {
      rehearsal = own;
      for (int i = 0; i < REHEARSED_TAKE_OVERS && !stopped; i++) {
        own.run(REHEARSED_LOADS);
      }
    }
    if (!stopped) {
      System.gc();
    }
  }

  /** At the first that answers: the others take the same code. */
  private void knock() {
    for (DonorPart part : handOver.donors()) {
      if (part.kind() == DonorKind.EXPORTER && !stopped && knock(part)) {
        return;
      }
    }
  }

  private boolean knock(DonorPart part) {
    SplittableRandom random = new SplittableRandom();
    InetSocketAddress address = new InetSocketAddress(part.host(), part.port());
    try {
      ExporterDonor.knock(
          new Borrowing(part.name(), address, 1, random.nextLong(), random.nextLong() | 1, 0, 1),
          platform.sockets(),
          Clock.system(),
          KNOCK_MILLIS_MAX);
      return true;
    } catch (EmpException e) {
      log.info("the standby does not reach an exporter now: " + e.getMessage());
      return false;
    }
  }

  /** Who takes over by this very moment clears it again: it is late by no more than that. */
  private void sayReady() {
    if (!stopped) {
      counters.standbyPid(ProcessHandle.current().pid());
    }
  }
}
