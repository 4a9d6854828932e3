package io.elasticmemory.tiering.pager;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.codec.Lz4Library;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.MirrorDonor;
import io.elasticmemory.tiering.store.MirrorRules;
import io.elasticmemory.tiering.store.MirrorSettings;
import io.elasticmemory.tiering.store.TcpDonor;
import io.elasticmemory.tiering.store.WireCompression;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOver.DonorPart;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Has the memory of exporters for a shard: of one alone, or of two that keep the same. */
final class OpenExporters {
  private static final long ANSWER_MILLIS_MAX = 10_000;
  private static final long RETRY_MILLIS = 50;

  /** A successor that has one of two waits so long for the other. */
  private static final long OTHER_NANOS_MAX = Duration.ofSeconds(1).toNanos();

  private final Platform platform;
  private final Poller poller;
  private final Clock clock;
  private final PagerLog log;
  private final Consumer<String> warnOnce;
  private final ReceivedSpace space;
  private final HandOver handOver;
  private final int shard;
  private final long epoch;

  OpenExporters(
      Platform platform,
      Poller poller,
      Clock clock,
      PagerLog log,
      Consumer<String> warnOnce,
      ReceivedSpace space,
      int shard) {
    this.platform = platform;
    this.poller = poller;
    this.clock = clock;
    this.log = log;
    this.warnOnce = warnOnce;
    this.space = space;
    this.shard = shard;
    handOver = space.handOver();
    epoch = BlockTableLayout.epoch(space.table().segment());
  }

  private boolean isSuccessor() {
    return epoch > 1;
  }

  /**
   * One exporter.
   *
   * @throws EmpException if it cannot be had
   */
  Donor open(DonorPart part, long bytes, int index) {
    ExporterReplica exporter = replica(part, bytes, index);
    long end = clock.nanoTime() + (isSuccessor() ? handOver.faultTimeoutNanos() : 0);
    while (true) {
      try {
        return exporter.openNow();
      } catch (EmpException e) {
        // What a successor does not find at once is waited for as long as a fault may wait.
        if (clock.nanoTime() - end >= 0) {
          throw e;
        }
        warnOnce.accept(part.name() + ": " + e.getMessage());
        pause();
      }
    }
  }

  /**
   * Two exporters with the same bytes. The first pager needs both; a successor goes on with one.
   *
   * @param index of the first of them, as the block table names it; the second has the next
   * @throws EmpException if they cannot be had
   */
  Donor openPair(DonorPart first, DonorPart second, long bytes, int index) {
    ExporterReplica[] sides = {replica(first, bytes, index), replica(second, bytes, index + 1)};
    TableDoubts doubts = new TableDoubts(space.table().segment(), index, shard, epoch);
    @Nullable TcpDonor[] donors = isSuccessor() ? found(sides, doubts) : both(sides);
    return new MirrorDonor(
        MirrorSettings.of(
            handOver.geometry().blockBytes(), handOver.faultTimeoutNanos(), handOver.shards()),
        sides[0],
        donors[0],
        sides[1],
        donors[1],
        doubts,
        !isSuccessor(),
        clock,
        counters(),
        log::warn,
        platform.memories()::reservePrivate,
        MirrorRules.STRICT);
  }

  private static @Nullable TcpDonor[] both(ExporterReplica[] sides) {
    TcpDonor first = sides[0].openNow();
    try {
      return new TcpDonor[] {first, sides[1].openNow()};
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
  }

  /** What there is of the sides that may be believed: at least one, both if they are quick. */
  private @Nullable TcpDonor[] found(ExporterReplica[] sides, TableDoubts doubts) {
    @Nullable TcpDonor[] donors = new TcpDonor[2];
    long end = clock.nanoTime() + handOver.faultTimeoutNanos();
    while (!isEnough(donors, doubts) && clock.nanoTime() - end < 0) {
      boolean hadNone = !hasOld(donors);
      for (int side = 0; side < donors.length; side++) {
        if (donors[side] == null && !doubts.has(side)) {
          donors[side] = sides[side].open();
        }
      }
      if (hadNone && hasOld(donors)) {
        end = Math.min(end, clock.nanoTime() + OTHER_NANOS_MAX);
      }
      pause();
    }
    if (donors[0] == null && donors[1] == null) {
      throw new EmpException(
          Kind.DONOR, "neither %s nor %s answers".formatted(sides[0].name(), sides[1].name()));
    }
    for (int side = 0; side < donors.length; side++) {
      TcpDonor donor = donors[side];
      if (donor != null && donor.isNew() && hasOld(donors)) {
        sides[side].drop(donor); // it was started anew, and comes back as one that is empty
        donors[side] = null;
      }
    }
    return donors;
  }

  private static boolean isEnough(@Nullable TcpDonor[] donors, TableDoubts doubts) {
    for (int side = 0; side < donors.length; side++) {
      if (donors[side] == null && !doubts.has(side)) {
        return false;
      }
    }
    return true;
  }

  /** One of them has what earlier pagers have stored. */
  private static boolean hasOld(@Nullable TcpDonor[] donors) {
    for (TcpDonor donor : donors) {
      if (donor != null && !donor.isNew()) {
        return true;
      }
    }
    return false;
  }

  private ExporterReplica replica(DonorPart part, long bytes, int index) {
    log.info("asking " + part.name() + " for " + (bytes >> 20) + " MiB");
    Borrowing borrowing =
        new Borrowing(
            part.name(),
            new InetSocketAddress(part.host(), part.port()),
            (int) (bytes / Donor.SLAB_BYTES),
            handOver.spaceIdHigh(),
            handOver.spaceIdLow(),
            leaseOf(index),
            epoch);
    @Nullable WireCompression compression =
        part.compresses() ? new WireCompression(Lz4Library.open(warnOnce), counters()) : null;
    return new ExporterReplica(borrowing, asked -> reach(asked, compression), poller, log::warn);
  }

  /** On any thread, so the donor has a clock of its own. */
  private TcpDonor reach(Borrowing borrowing, @Nullable WireCompression compression) {
    Clock own = new RunningClock(Clock.system());
    return TcpDonor.reach(
        borrowing, platform.sockets(), own, log::warn, ANSWER_MILLIS_MAX, compression);
  }

  private Counters counters() {
    return new ShardCounters(space.counters().segment()).of(shard);
  }

  /** Each shard has a lease of its own at each donor, which knows it by this number. */
  private int leaseOf(int donor) {
    return shard * (BlockWord.DONORS_MAX + 2) + donor;
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted, which nobody should do", e);
    }
  }
}
