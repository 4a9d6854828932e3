package io.elasticmemory.tiering.pager;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.Tier;
import io.elasticmemory.codec.Lz4Library;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.tiering.store.CompressedDonor;
import io.elasticmemory.tiering.store.PackingDonor;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.CompressedLayout;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOver.DonorPart;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** The donors of a shard: opened in the order of the hand-over, given back at the end. */
final class OpenDonors implements AutoCloseable {
  private final Platform platform;
  private final Poller poller;
  private final Clock clock;
  private final PagerLog log;
  private final List<Donor> donors = new ArrayList<>();
  private final Set<String> said;
  private final Set<String> missed;

  /**
   * No donors yet.
   *
   * @param poller watches their connections and rings
   * @param said what the log has been told, by donors of any shard
   * @param missed exporters that shards have waited for in vain
   */
  OpenDonors(
      Platform platform,
      Poller poller,
      Clock clock,
      PagerLog log,
      Set<String> said,
      Set<String> missed) {
    this.platform = platform;
    this.poller = poller;
    this.clock = clock;
    this.log = log;
    this.said = said;
    this.missed = missed;
  }

  /**
   * Opens a shard's part of what the hand-over names.
   *
   * @throws EmpException that names the donor that cannot be had
   */
  void open(ReceivedSpace space, int shard, SlabShares shares) {
    resetGauges(counters(space, shard));
    Iterator<Handle> disks = space.disks(shard).iterator();
    OpenExporters exporters =
        new OpenExporters(platform, poller, clock, log, this::warnOnce, missed, space, shard);
    List<DonorPart> parts = space.handOver().donors();
    for (DonorPart part : parts) {
      long bytes = shares.bytes(donors.size(), shard);
      long baseBytes = part.baseBytes() + shares.baseBytes(donors.size(), shard);
      donors.add(
          switch (part.kind()) {
            case EXPORTER -> bytes == 0 ? nothing(part) : exporter(exporters, parts, bytes);
            case SPILL_FILE, BLOCK_DEVICE ->
                packing(part, adopt(part, disks.next(), baseBytes, bytes, space), space, shard);
            case COMPRESSED -> compressed(part, disks.next(), space, shard);
          });
    }
  }

  /** From nothing: the page of counters may be that of an earlier pager. */
  private static void resetGauges(Counters counters) {
    counters.set(Counter.mirrors, 0);
    counters.set(Counter.mirrorsDegraded, 0);
    counters.set(Counter.bytesToRebuild, 0);
  }

  /** The next one: alone, or with the copy that follows, which has an index and no slots. */
  private Donor exporter(OpenExporters exporters, List<DonorPart> parts, long bytes) {
    int index = donors.size();
    boolean isPair = index + 1 < parts.size() && parts.get(index + 1).isCopy();
    return isPair
        ? exporters.openPair(parts.get(index), parts.get(index + 1), bytes, index)
        : exporters.open(parts.get(index), bytes, index);
  }

  /** Each shard has a part of the memory, which it maps for itself. */
  private Donor compressed(DonorPart part, Handle handle, ReceivedSpace space, int shard) {
    HandOver handOver = space.handOver();
    SharedMemory memory = platform.memories().adoptShared(handle, part.bytes());
    try {
      return CompressedDonor.open(
          part.name(),
          memory,
          CompressedLayout.partAt(part.bytes(), handOver.shards(), shard),
          CompressedLayout.partBytes(part.bytes(), handOver.shards(), shard),
          CompressedLayout.pieceBytes(handOver.geometry()),
          handOver.spaceIdHigh(),
          handOver.spaceIdLow(),
          counters(space, shard),
          platform.memories()::reservePrivate,
          this::warnOnce);
    } catch (IllegalArgumentException e) {
      memory.close();
      throw new EmpException(
          Kind.INTERNAL, "the application handed over what it must not: " + e.getMessage(), e);
    }
  }

  private Donor adopt(
      DonorPart part, Handle disk, long baseBytes, long bytes, ReceivedSpace space) {
    if (bytes == 0) {
      disk.close();
      return nothing(part);
    }
    boolean usedBefore = BlockTableLayout.epoch(space.table().segment()) > 1;
    return platform
        .files()
        .adoptDonor(disk, part.name(), baseBytes, bytes, usedBefore, poller, this::warnOnce);
  }

  private Donor packing(DonorPart part, Donor disk, ReceivedSpace space, int shard) {
    if (!part.compresses() || disk.grantedBytes() == 0) {
      return disk;
    }
    HandOver handOver = space.handOver();
    try {
      return new PackingDonor(
          disk,
          CompressedLayout.pieceBytes(handOver.geometry()),
          handOver.spaceIdHigh(),
          handOver.spaceIdLow(),
          Lz4Library.open(this::warnOnce),
          counters(space, shard),
          platform.memories()::reservePrivate);
    } catch (RuntimeException e) {
      disk.close();
      throw e;
    }
  }

  /** What holds for every disk is said for the first of them. */
  private void warnOnce(String notice) {
    if (said.add(notice)) {
      log.warn(notice);
    }
  }

  private static Donor nothing(DonorPart part) {
    return new NoDonor(part.name(), part.hasHandle() ? Tier.SSD : Tier.REMOTE);
  }

  private static Counters counters(ReceivedSpace space, int shard) {
    return new ShardCounters(space.counters().segment()).of(shard);
  }

  /** All of them, in order. */
  List<Donor> all() {
    return List.copyOf(donors);
  }

  /** Gives everything back, also when some of it fails; idempotent. */
  @Override
  public void close() {
    for (Donor donor : donors) {
      try {
        donor.close();
      } catch (RuntimeException e) {
        log.warn("donor " + donor.name() + " could not be given back: " + e.getMessage());
      }
    }
    donors.clear();
  }
}
