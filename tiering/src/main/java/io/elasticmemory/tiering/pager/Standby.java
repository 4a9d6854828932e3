package io.elasticmemory.tiering.pager;

import io.elasticmemory.EmpException;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.LifeSign;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.EarlyGreetings;
import io.elasticmemory.tiering.store.ExporterDonor;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOver.DonorKind;
import io.elasticmemory.wire.HandOver.DonorPart;
import io.elasticmemory.wire.PagerRecords;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a pager does while it waits for its turn, so that nothing is done for the first time when
 * threads wait for it: it serves small spaces of its own, knocks at an exporter, and collects its
 * garbage, and takes the memory for its records. Then it says that it is ready. And when the pager
 * before begins to end it greets the exporters, before its turn. Whatever fails of it, the pager
 * takes over all the same, only more slowly.
 */
final class Standby {
  private static final int REHEARSED_TAKE_OVERS = 20;
  private static final int REHEARSED_LOADS = 200;

  /** Until the second compiler has been at it. */
  private static final int REHEARSED_SEALS = 3_000;

  private static final long KNOCK_MILLIS_MAX = 2_000;

  /** A thread that ends is waited for so often, for a millisecond. */
  private static final int REHEARSED_ENDS_MAX = 100;

  /** How often it is looked whether there is a life sign to wait for. */
  private static final long LOOK_MILLIS = 100;

  /** Whose turn has not come by then after the end of the one before was told is not the next. */
  private static final long TURN_MILLIS_MAX = 2_000;

  /** What a pager has of memory beside what it knows of blocks. */
  private static final long PROVISION_BYTES_MIN = 8L << 20;

  /** And not more than this part of what is free. */
  private static final long PROVISION_PART_MAX = 8;

  private static final long STOCK_UP_MILLIS = 1_000;

  private final Platform platform;
  private final ReceivedSpace space;
  private final LifeSign lifeSign;
  private final EarlyGreetings greetings = new EarlyGreetings();
  private final HandOver handOver;
  private final ShardCounters counters;
  private final PagerLog log;
  private final Provision provision;
  private final Executor watchdogThread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("emp-watchdog").factory());
  private volatile @Nullable Rehearsal rehearsal;
  private volatile boolean stopped;

  Standby(Platform platform, ReceivedSpace space, PagerLog log) {
    this.platform = platform;
    this.space = space;
    this.lifeSign =
        platform.memories().lifeSign(BlockTableLayout.lifeSign(space.table().segment()));
    this.handOver = space.handOver();
    this.counters = new ShardCounters(space.counters().segment());
    this.log = log;
    this.provision =
        new Provision(
            PROVISION_BYTES_MIN + recordBytes(),
            platform.memories()::reservePrivate,
            this::populateHuge);
  }

  private void populateHuge(MemorySegment piece) {
    platform.memories().preferHugePages(piece);
    platform.memories().populatePrivate(piece);
  }

  /** Begins, on threads of its own. */
  void start() {
    Thread.ofPlatform().daemon().name("emp-standby").start(this::prepare);
    Thread.ofPlatform().daemon().name("emp-early").start(this::greetEarly);
  }

  /** What it does, and adds to until its turn comes. */
  Prepared prepared() {
    return new Prepared(greetings, provision, watchdogThread);
  }

  /** Its turn has come: what it is at ends soon; any thread. */
  void stop() {
    stopped = true;
    provision.stop();
    Rehearsal underWay = rehearsal;
    if (underWay != null) {
      underWay.stop();
    }
  }

  private void greetEarly() {
    try {
      while (!stopped) {
        long ending = lifeSign.awaitEnd();
        if (ending != 0 && !BlockTableLayout.hasEnded(space.table().segment())) {
          greetings.greet(exporters(ending + 1), ending + 1);
          awaitTurn();
        } else {
          Thread.sleep(LOOK_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted, which nobody should do", e);
    }
  }

  /** Another may be the next. */
  private void awaitTurn() throws InterruptedException {
    for (long waited = 0; !stopped; waited += LOOK_MILLIS) {
      if (waited >= TURN_MILLIS_MAX) {
        greetings.abandon();
        return;
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /** What all shards will ask of exporters, by place. */
  private Map<Integer, Supplier<ExporterDonor>> exporters(long epoch) {
    List<DonorPart> parts = handOver.donors();
    SlabShares shares = new SlabShares(parts, handOver.stripes());
    Map<Integer, Supplier<ExporterDonor>> exporters = new HashMap<>();
    for (int shard = 0; shard < handOver.shards(); shard++) {
      for (int index = 0; index < parts.size(); index++) {
        DonorPart part = parts.get(index);
        long bytes = shares.bytes(part.isCopy() ? index - 1 : index, shard);
        if (part.kind() == DonorKind.EXPORTER && bytes > 0) {
          ExporterAsk ask = new ExporterAsk(platform, log, space, shard, part, bytes, index);
          Borrowing borrowing = ask.borrowing(epoch); // which looks a name up, and may take long
          exporters.put(ask.place(), () -> begin(ask, borrowing));
        }
      }
    }
    return exporters;
  }

  /** What is to be said of compression is said when its turn has come. */
  private static ExporterDonor begin(ExporterAsk ask, Borrowing borrowing) {
    return ask.begin(borrowing, ask.compression(_ -> {}), ask.wish(false));
  }

  private void prepare() {
    attempt(this::knock);
    attempt(this::rehearse);
    attempt(this::prepareWatchdogThread);
    attempt(this::prepareDisks);
    attempt(this::stockUp);
    sayReady();
    stockUpUntilStopped();
  }

  private void prepareWatchdogThread() {
    watchdogThread.execute(() -> {});
  }

  private void prepareDisks() {
    if (stopped) {
      return;
    }
    long disks = handOver.donors().stream().filter(DonorPart::isDisk).count();
    platform.files().prepareDonors(handOver.shards() * (int) disks);
  }

  /**
   * Memory for what it will know of blocks: where of a table that was not reserved little is used,
   * little. More is used as time goes on.
   */
  private void stockUp() {
    SharedMemory table = space.table();
    long tableBytes = table.segment().byteSize();
    long inUse = (long) ((double) recordBytes() * table.residentBytes() / tableBytes);
    long wanted = Math.min(PROVISION_BYTES_MIN + inUse, PagerRecords.STANDBY_BYTES_MAX);
    if (stopped || !provision.lacks(wanted)) {
      return; // to look at the limits takes some milliseconds
    }
    long most = platform.memories().limits().roomBytes() / PROVISION_PART_MAX;
    provision.fill(Math.min(wanted, most));
  }

  private long recordBytes() {
    return PagerRecords.bytes(handOver.geometry());
  }

  private void stockUpUntilStopped() {
    try {
      while (!stopped) {
        Thread.sleep(STOCK_UP_MILLIS);
        attempt(this::stockUp);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted, which nobody should do", e);
    }
  }

  private void attempt(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      log.warn("the standby could not prepare all, its first answers may be slow: " + e);
    }
  }

  private void rehearse() {
    if (handOver.encrypted()) {
      AesGcmSeals.rehearse(handOver.geometry(), platform.memories(), REHEARSED_SEALS);
    }
    MemorySegment many = platform.memories().reservePrivate(SlotMap.REHEARSED_BYTES);
    try (Rehearsal own = new Rehearsal(platform, handOver)) {
      rehearsal = own;
      for (int i = 0; i < REHEARSED_TAKE_OVERS && !stopped; i++) {
        own.run(REHEARSED_LOADS);
        SlotMap.rehearse(many);
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
        rehearseGreeting(part);
        return;
      }
    }
  }

  private boolean knock(DonorPart part) {
    try {
      ExporterDonor.knock(ofNobody(part), platform.sockets(), Clock.system(), KNOCK_MILLIS_MAX);
      return true;
    } catch (EmpException e) {
      log.info("the standby does not reach an exporter now: " + e.getMessage());
      return false;
    }
  }

  /** In the name of a space that there is not. */
  private static Borrowing ofNobody(DonorPart part) {
    SplittableRandom random = new SplittableRandom();
    InetSocketAddress address = new InetSocketAddress(part.host(), part.port());
    return new Borrowing(part.name(), address, 1, random.nextLong(), random.nextLong() | 1, 0, 1);
  }

  private void rehearseGreeting(DonorPart part) {
    rehearseLifeSign();
    EarlyGreetings trial = new EarlyGreetings();
    ExporterAsk ask = new ExporterAsk(platform, log, space, 0, part, Donor.SLAB_BYTES, 0);
    trial.greet(Map.of(0, () -> begin(ask, ofNobody(part))), 1);
    ExporterDonor greeted = trial.take(0, 1);
    if (greeted != null) {
      greeted.abandon();
    }
    try (Poller poller = platform.sockets().openPoller()) {
      new OpenExporters(platform, poller, Clock.system(), log, _ -> {}, Set.of(), space, 0, trial)
          .rehearse(ask);
    }
    int _ = exporters(1).size();
  }

  /** A thread has one and ends. */
  private void rehearseLifeSign() {
    LifeSign own = platform.memories().lifeSign(platform.memories().reservePrivate(LifeSign.BYTES));
    own.format();
    Thread.ofPlatform().daemon().name("emp-life").start(() -> own.hold(1));
    for (int tried = 0; tried < REHEARSED_ENDS_MAX && own.awaitEnd() == 0; tried++) {
      pauseShortly();
    }
  }

  private static void pauseShortly() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted, which nobody should do", e);
    }
  }

  /** Who takes over by this very moment clears it again: it is late by no more than that. */
  private void sayReady() {
    if (!stopped) {
      counters.standbyPid(ProcessHandle.current().pid());
    }
  }
}
