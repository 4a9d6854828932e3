package io.elasticmemory.tiering.pager;

import io.elasticmemory.EmpException;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.HandOver;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The shards of a space, each with a thread, a poller, donors and a command ring of its own, so
 * that none of them waits for another. The first runs on the thread that opens them all, and
 * watches the application; the others have threads of their own.
 */
final class OpenShards implements AutoCloseable {
  /** How much longer than a fault may wait a loop may stand still. */
  private static final long STILL_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

  /** Buffers of all shards together, and of one of them at most and at least. */
  private static final long FRAME_BYTES = 8L << 20;

  private static final long FRAME_BYTES_MAX = 4L << 20;
  private static final long FRAME_BYTES_MIN = 1L << 20;

  private static final Duration LOOK = Duration.ofMillis(100);

  private final Platform platform;
  private final ControlChannel channel;
  private final Peer application;
  private final PagerLog log;
  private final Warden warden;
  private final List<OpenShard> shards = new ArrayList<>();
  private final HugePages hugePages;
  private volatile boolean wakeUpsAreDear;
  private boolean measuresWakeUps;
  private final Set<String> said = new HashSet<>();
  private final Set<String> missed = new HashSet<>();

  /**
   * No shards yet.
   *
   * @param channel what the first shard watches for the application's end
   * @param application the same
   */
  OpenShards(
      Platform platform, ControlChannel channel, Peer application, PagerLog log, Warden warden) {
    this.platform = platform;
    this.channel = channel;
    this.application = application;
    this.log = log;
    this.warden = warden;
    hugePages = new HugePages(platform.memories()::collapse, Clock.system());
  }

  /** One shard and what is its own. */
  private final class OpenShard {
    private final ReceivedSpace space;
    private final Provision provision;
    private final int index;
    private final Poller poller = platform.sockets().openPoller();
    private final Clock clock = new RunningClock(Clock.system());
    private final OpenDonors donors;
    private final Shard shard;
    private final CommandDesk desk;
    private final PagerLoop loop;
    private final Thread thread;
    private final AllocationGauge gauge;

    OpenShard(
        ReceivedSpace space,
        Prepared prepared,
        Inheritance inheritance,
        SlabShares slabs,
        BudgetPool budget,
        Watchdog watchdog) {
      this.space = space;
      this.provision = prepared.provision();
      donors = new OpenDonors(platform, poller, clock, log, said, missed, prepared.greetings());
      index = inheritance.shard();
      try {
        HandOver handOver = space.handOver();
        Counters counters = new ShardCounters(space.counters().segment()).of(index);
        donors.open(space, index, slabs);
        Purse purse =
            isFirst() ? budget.purse(index) : budget.purse(index, inheritance.residentBytes());
        shard = shard(counters, purse, inheritance, slabs);
        shard.follow(new HintReader(space.hints(index), handOver.stripes(), index));
        if (handOver.sampling()) {
          shard.follow(new UnmapWriter(space.unmaps(index), () -> space.applicationBell().ring()));
        }
        desk =
            new CommandDesk(
                space.ring(index),
                handOver.geometry(),
                handOver.stripes(),
                index,
                budget.minimumBytes(),
                shard,
                () -> space.applicationBell().ring());
        if (!isFirst()) {
          desk.takeAgain();
        }
        shard.follow(
            new SampleWriter(
                space.samples(index), handOver.shards(), () -> space.applicationBell().ring()));
        loop =
            new PagerLoop(shard, desk, poller, clock, watchdog.pulse(index), handOver.spinNanos());
        loop.watch(space.faults().get(index), space.pagerBells().get(index));
        thread =
            index == 0
                ? Thread.currentThread()
                : Thread.ofPlatform().name("emp-shard-" + index).unstarted(this::serveAlone);
        gauge = new AllocationGauge(thread, counters);
      } catch (RuntimeException | Error e) {
        donors.close();
        poller.close();
        throw e;
      }
    }

    private Shard shard(Counters counters, Purse purse, Inheritance inheritance, SlabShares slabs) {
      HandOver handOver = space.handOver();
      long frameBytes =
          Math.clamp(FRAME_BYTES / handOver.shards(), FRAME_BYTES_MIN, FRAME_BYTES_MAX);
      return new Shard(
          handOver.geometry(),
          ShardSettings.of(purse.held() * handOver.geometry().subblockBytes())
              .withFaultTimeoutNanos(handOver.faultTimeoutNanos())
              .withFrameBytes(frameBytes)
              .withPromote(handOver.promote())
              .withElastic(handOver.elastic())
              .withPoison(handOver.poison()),
          purse,
          inheritance,
          clock,
          space.faults().get(index),
          space.pages(),
          donors.all(),
          BlockTable.of(space.table().segment(), handOver.geometry()),
          donor -> slabs.slots(space.table().segment(), handOver.geometry(), donor, index),
          space.openSeals(),
          counters,
          this::reserve,
          warden,
          Rules.STRICT);
    }

    private boolean isFirst() {
      return BlockTableLayout.epoch(space.table().segment()) == 1;
    }

    private MemorySegment reserve(long bytes) {
      MemorySegment reserved = provision.take(bytes, this::reserveNew);
      hugePages.add(reserved);
      return reserved;
    }

    /**
     * Where the table is in use, what is known of its blocks will be, too, as soon as it has been
     * looked through: in huge pages from the beginning. The first pager cannot know.
     */
    private MemorySegment reserveNew(long bytes) {
      MemorySegment reserved = platform.memories().reservePrivate(bytes);
      long tableBytes = space.table().segment().byteSize();
      if (!isFirst() && space.table().residentBytes() >= tableBytes / 2) {
        platform.memories().preferHugePages(reserved);
      }
      return reserved;
    }

    /** On the shard's thread, until the space ends; then nothing of it is called any more. */
    PagerLoop.End serve() {
      PagerLoop.End end;
      try (Placement placement =
          new Placement(platform.processes().openCpus(), () -> wakeUpsAreDear)) {
        end = loop.run(placement);
      }
      shard.close();
      donors.close();
      return end;
    }

    private void serveAlone() {
      try {
        serve();
      } catch (Throwable e) {
        fail(e);
      }
    }

    void abandon() {
      loop.abandon();
      space.pagerBells().get(index).ring();
    }
  }

  /**
   * Opens all of them.
   *
   * @param prepared what has been done for them before
   * @throws EmpException that says what cannot be had
   */
  Watchdog open(ReceivedSpace space, Prepared prepared) {
    HandOver handOver = space.handOver();
    measuresWakeUps = handOver.spinNanos() == HandOver.SPIN_BY_PLACEMENT;
    hugePages.add(space.table().segment());
    SlabShares slabs = new SlabShares(handOver.donors(), handOver.stripes());
    BudgetPool budget =
        new BudgetPool(
            handOver.geometry(),
            handOver.stripes(),
            BlockTableLayout.budgetBytes(space.table().segment(), handOver.budgetBytes()),
            index -> space.pagerBells().get(index).ring());
    Watchdog watchdog =
        new Watchdog(
            handOver.shards(),
            handOver.faultTimeoutNanos() + STILL_NANOS_MAX,
            warden,
            this::tick,
            prepared.watchdogThread());
    Inheritance[] inheritances =
        Inheritance.of(
            handOver.stripes(),
            space.pages(),
            new ShardCounters(space.counters().segment()),
            space.table()::nextData,
            handOver.geometry(),
            ShardSettings.PAGE_BYTES);
    for (Inheritance inheritance : inheritances) {
      shards.add(new OpenShard(space, prepared, inheritance, slabs, budget, watchdog));
    }
    prepared.greetings().close();
    shards.getFirst().loop.watch(channel, application);
    return watchdog;
  }

  /** Serves until the space ends, and all shards have made their last call. */
  PagerLoop.End run() {
    List<OpenShard> others = shards.subList(1, shards.size());
    others.forEach(other -> other.thread.start());
    PagerLoop.End end = shards.getFirst().serve();
    for (OpenShard other : others) {
      awaitEnd(other, end);
    }
    return end;
  }

  /** On the watchdog's thread; the first comes when threads are served that waited from before. */
  private void tick() {
    shards.forEach(open -> open.gauge.publish());
    hugePages.goOn();
    if (measuresWakeUps) {
      measuresWakeUps = false;
      measureWakeUps();
    }
  }

  private void measureWakeUps() {
    try {
      WakeUps.measure(platform.processes(), () -> wakeUpsAreDear = true);
    } catch (OutOfMemoryError e) { // no thread is to be had: the watchdog must not end for that
      log.info("wake-ups are not measured and count as cheap: " + e.getMessage());
    }
  }

  /** Each has been told to close, unless the application has ended before it could. */
  private void awaitEnd(OpenShard shard, PagerLoop.End end) {
    boolean gone = end == PagerLoop.End.APPLICATION_GONE;
    try {
      do {
        if (gone || !application.isAlive()) {
          shard.abandon();
        }
      } while (!shard.thread.join(LOOK));
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted, which nobody should do", e);
    }
  }

  /** Ends all loops as if they had seen the application's end; any thread. */
  void abandon() {
    shards.forEach(OpenShard::abandon);
  }

  /** Answers that the last call on the space is done. */
  void answerClose() {
    shards.forEach(shard -> shard.desk.answerClose());
  }

  /** Whatever it is, nobody serves the application's faults any more. */
  void fail(Throwable failure) {
    log.error("the pager failed: " + describe(failure));
    if (failure instanceof SupersededException) {
      return; // another serves them
    }
    warden.stop(
        failure instanceof EmpException
            ? "the pager cannot go on: " + failure.getMessage()
            : "the pager failed: " + failure + "; report a bug");
  }

  private static String describe(Throwable failure) {
    StringBuilder text = new StringBuilder(failure.toString());
    for (StackTraceElement frame : failure.getStackTrace()) {
      text.append(" at ").append(frame);
    }
    return text.toString();
  }

  /** Gives everything back; idempotent. */
  @Override
  public void close() {
    for (OpenShard shard : shards) {
      shard.donors.close();
      shard.poller.close();
    }
    shards.clear();
  }
}
