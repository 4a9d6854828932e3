package io.elasticmemory.tiering.pager;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.tiering.store.BackupDonor;
import io.elasticmemory.tiering.store.BackupReplica;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.EarlyGreetings;
import io.elasticmemory.tiering.store.ExporterDonor;
import io.elasticmemory.tiering.store.MirrorDonor;
import io.elasticmemory.tiering.store.MirrorRules;
import io.elasticmemory.tiering.store.MirrorSettings;
import io.elasticmemory.tiering.store.RdmaWish;
import io.elasticmemory.tiering.store.Replica;
import io.elasticmemory.tiering.store.WireCompression;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOver.DonorPart;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has the memory of exporters for a shard: of one alone, of two that keep the same, or of one of
 * which a disk keeps a copy.
 */
final class OpenExporters {
  private static final long ANSWER_MILLIS_MAX = 10_000;
  private static final long RETRY_MILLIS = 50;
  private static final long LOOK_MILLIS = 5;

  /** A successor that has one of two waits so long for the other to answer. */
  private static final long SILENT_NANOS_MAX = Duration.ofSeconds(1).toNanos();

  /** And so long if that has answered that it does not serve. */
  private static final long REFUSING_NANOS_MAX = Duration.ofMillis(250).toNanos();

  /** And such a part of a fault's patience, if the disk does not have all that the other has. */
  private static final int LACKING_PART = 4;

  /** Which side of an exporter and its copy is the disk. */
  private static final int BACKUP = 1;

  private final Platform platform;
  private final Poller poller;
  private final Clock clock;
  private final PagerLog log;
  private final Consumer<String> warnOnce;
  private final Set<String> missed;
  private final ReceivedSpace space;
  private final HandOver handOver;
  private final int shard;
  private final EarlyGreetings greetings;
  private final long epoch;

  /**
   * Has nothing yet.
   *
   * @param missed exporters that other shards have waited for in vain: nobody does again
   * @param greetings those that have been greeted before
   */
  OpenExporters(
      Platform platform,
      Poller poller,
      Clock clock,
      PagerLog log,
      Consumer<String> warnOnce,
      Set<String> missed,
      ReceivedSpace space,
      int shard,
      EarlyGreetings greetings) {
    this.platform = platform;
    this.poller = poller;
    this.clock = clock;
    this.log = log;
    this.warnOnce = warnOnce;
    this.missed = missed;
    this.space = space;
    this.shard = shard;
    this.greetings = greetings;
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
        ExporterDonor donor = exporter.openNow();
        if (isSuccessor() && donor.isNew()) {
          donor.disbelieve();
        }
        return donor;
      } catch (EmpException e) {
        // What a successor does not find at once is waited for as long as a fault may wait.
        if (clock.nanoTime() - end >= 0) {
          throw e;
        }
        warnOnce.accept(part.name() + ": " + e.getMessage());
        pause(RETRY_MILLIS);
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
    @Nullable ExporterDonor[] donors = isSuccessor() ? found(sides, doubts) : both(sides);
    Donor pair = mirror(sides[0], donors[0], sides[1], donors[1], doubts);
    sides[0].lease();
    sides[1].lease();
    return pair;
  }

  private MirrorSettings settings() {
    return MirrorSettings.of(
        handOver.geometry().blockBytes(), handOver.faultTimeoutNanos(), handOver.shards());
  }

  private MirrorDonor mirror(
      Replica first,
      @Nullable Donor firstDonor,
      Replica second,
      @Nullable Donor secondDonor,
      TableDoubts doubts) {
    return new MirrorDonor(
        settings(),
        first,
        firstDonor,
        second,
        secondDonor,
        doubts,
        !isSuccessor(),
        clock,
        counters(),
        log::warn,
        platform.memories()::reservePrivate,
        MirrorRules.STRICT);
  }

  /**
   * An exporter of which a disk keeps a copy. The first pager needs both; a successor goes on with
   * the disk, unless only the exporter has something.
   *
   * @param disk as many bytes of a disk, used by nobody else; closed if this fails
   * @param index of the exporter, as the block table names it
   * @throws EmpException if they cannot be had
   */
  Donor openBacked(DonorPart part, Donor disk, long bytes, int index) {
    MemorySegment table = space.table().segment();
    TableDoubts doubts = new TableDoubts(table, index, shard, epoch);
    try {
      BackupDonor donor =
          new BackupDonor(
              disk,
              settings(),
              new TableDebts(table, index, shard, epoch),
              clock,
              platform.memories()::reservePrivate);
      BackupReplica backup = new BackupReplica(donor, settings(), clock, doubts.has(BACKUP));
      ExporterReplica exporter = replica(part, bytes, index);
      @Nullable ExporterDonor found =
          isSuccessor() ? foundBeside(backup, exporter, doubts) : exporter.openNow();
      Donor backed = mirror(exporter, found, backup, backup.opened(), doubts);
      exporter.lease();
      return backed;
    } catch (RuntimeException e) {
      disk.close();
      throw e;
    }
  }

  /** The exporter, if it may be believed and answers before the disk has to do without it. */
  private @Nullable ExporterDonor foundBeside(
      BackupReplica backup, ExporterReplica exporter, TableDoubts doubts) {
    if (doubts.has(1 - BACKUP)) {
      return null;
    }
    boolean isNeeded = doubts.has(BACKUP);
    long since = clock.nanoTime();
    ExporterDonor found = exporter.open();
    while (found == null && clock.nanoTime() - since < patienceNanos(backup, exporter, isNeeded)) {
      pause(LOOK_MILLIS);
      found = exporter.open();
    }
    if (found == null) {
      missed.add(exporter.name());
    }
    if (isNeeded && found == null) {
      throw new EmpException(
          Kind.DONOR, exporter.name() + " does not answer, and " + backup.name() + " lacks a part");
    }
    if (found != null && found.isNew()) {
      if (!isNeeded) {
        exporter.drop(found); // it was started anew, and comes back as one that is empty
        return null;
      }
      found.disbelieve();
    }
    return found;
  }

  private long patienceNanos(BackupReplica backup, ExporterReplica exporter, boolean isNeeded) {
    long all = handOver.faultTimeoutNanos();
    if (isNeeded || missed.contains(exporter.name())) {
      return isNeeded ? all : 0;
    }
    long silent = backup.lackingCount() > 0 ? all / LACKING_PART : SILENT_NANOS_MAX;
    return exporter.hasFailed() ? REFUSING_NANOS_MAX : silent;
  }

  private static @Nullable ExporterDonor[] both(ExporterReplica[] sides) {
    ExporterDonor first = sides[0].openNow();
    try {
      return new ExporterDonor[] {first, sides[1].openNow()};
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
  }

  /** What there is of the sides that may be believed: at least one, both if they are quick. */
  private @Nullable ExporterDonor[] found(ExporterReplica[] sides, TableDoubts doubts) {
    @Nullable ExporterDonor[] donors = new ExporterDonor[2];
    long since = clock.nanoTime();
    while (clock.nanoTime() - since < patienceNanos(sides, donors, doubts)) {
      boolean hadNone = !hasOld(donors);
      for (int side = 0; side < donors.length; side++) {
        if (donors[side] == null && !doubts.has(side)) {
          donors[side] = sides[side].open();
        }
      }
      since = hadNone && hasOld(donors) ? clock.nanoTime() : since;
      pause(LOOK_MILLIS);
    }
    if (donors[0] == null && donors[1] == null) {
      throw new EmpException(
          Kind.DONOR, "neither %s nor %s answers".formatted(sides[0].name(), sides[1].name()));
    }
    boolean hasOld = hasOld(donors);
    for (int side = 0; side < donors.length; side++) {
      ExporterDonor donor = donors[side];
      if (donor == null && !doubts.has(side)) {
        missed.add(sides[side].name());
      }
      if (donor != null && donor.isNew() && hasOld) {
        sides[side].drop(donor); // it was started anew, and comes back as one that is empty
        donors[side] = null;
      } else if (donor != null && donor.isNew()) {
        donor.disbelieve(); // nobody has what was stored
      }
    }
    return donors;
  }

  /** How long to wait for what is missing: since the beginning, or since one of two is there. */
  private long patienceNanos(
      ExporterReplica[] sides, @Nullable ExporterDonor[] donors, TableDoubts doubts) {
    for (int side = 0; side < donors.length; side++) {
      if (donors[side] == null && !doubts.has(side)) {
        boolean isRefusing = sides[side].hasFailed();
        long other = isRefusing ? REFUSING_NANOS_MAX : SILENT_NANOS_MAX;
        other = missed.contains(sides[side].name()) ? 0 : other;
        return hasOld(donors) ? other : handOver.faultTimeoutNanos();
      }
    }
    return 0;
  }

  /** One of them has what earlier pagers have stored. */
  private static boolean hasOld(@Nullable ExporterDonor[] donors) {
    for (ExporterDonor donor : donors) {
      if (donor != null && !donor.isNew()) {
        return true;
      }
    }
    return false;
  }

  private ExporterReplica replica(DonorPart part, long bytes, int index) {
    if (!isSuccessor()) {
      log.info("asking " + part.name() + " for " + (bytes >> 20) + " MiB");
    }
    return replica(new ExporterAsk(platform, log, space, shard, part, bytes, index));
  }

  /** What comes before the first word to an exporter; any thread. */
  void rehearse(ExporterAsk ask) {
    ExporterReplica _ = replica(ask);
    ExporterDonor _ = greetings.take(ask.place(), epoch);
  }

  private ExporterReplica replica(ExporterAsk ask) {
    @Nullable WireCompression compression = ask.compression(warnOnce);
    @Nullable RdmaWish wish = ask.wish(!isSuccessor());
    Borrowing first = ask.borrowing(epoch);
    return new ExporterReplica(
        isSuccessor() ? first.again() : first,
        (borrowing, leases) -> reach(ask, borrowing, compression, wish, leases),
        !isSuccessor(),
        poller,
        log::warn);
  }

  /** On any thread. An exporter that was greeted early, and then does not go on, is asked anew. */
  private ExporterDonor reach(
      ExporterAsk ask,
      Borrowing borrowing,
      @Nullable WireCompression compression,
      @Nullable RdmaWish wish,
      boolean leases) {
    ExporterDonor greeted = greetings.take(ask.place(), epoch);
    ExporterDonor donor = greeted == null ? ask.begin(borrowing, compression, wish) : greeted;
    if (leases) {
      donor.open(ANSWER_MILLIS_MAX);
    } else {
      donor.openAgain(ANSWER_MILLIS_MAX);
    }
    if (greeted != null) {
      greetings.opened();
    }
    return donor;
  }

  private Counters counters() {
    return new ShardCounters(space.counters().segment()).of(shard);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted, which nobody should do", e);
    }
  }
}
