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
import io.elasticmemory.tiering.store.EarlyGreetings;
import io.elasticmemory.tiering.store.PackingDonor;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.CompressedLayout;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOver.DonorKind;
import io.elasticmemory.wire.HandOver.DonorPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The donors of a shard: in the order of the hand-over, and given back at the end. */
final class OpenDonors implements AutoCloseable {
  private final Platform platform;
  private final Poller poller;
  private final Clock clock;
  private final PagerLog log;
  private final List<Donor> donors = new ArrayList<>();
  private final Set<String> said;
  private final Set<String> missed;
  private final EarlyGreetings greetings;

  /**
   * No donors yet.
   *
   * @param poller watches their connections and rings
   * @param said what the log has been told, by donors of any shard
   * @param missed exporters that shards have waited for in vain
   * @param greetings exporters that have been greeted before
   */
  OpenDonors(
      Platform platform,
      Poller poller,
      Clock clock,
      PagerLog log,
      Set<String> said,
      Set<String> missed,
      EarlyGreetings greetings) {
    this.platform = platform;
    this.poller = poller;
    this.clock = clock;
    this.log = log;
    this.said = said;
    this.missed = missed;
    this.greetings = greetings;
  }

  /**
   * Opens a shard's part of what the hand-over names.
   *
   * @throws EmpException that names the donor that cannot be had
   */
  void open(ReceivedSpace space, int shard, SlabShares shares) {
    resetGauges(counters(space, shard));
    OpenExporters exporters =
        new OpenExporters(
            platform, poller, clock, log, this::warnOnce, missed, space, shard, greetings);
    Share share = new Share(space, shard, shares);
    // Exporters last: those that have been greeted answer meanwhile.
    for (int index = 0; index < share.parts().size(); index++) {
      donors.add(ownDisk(share, index));
    }
    for (int index = 0; index < share.parts().size(); index++) {
      DonorPart part = share.parts().get(index);
      if (part.kind() == DonorKind.EXPORTER && !part.isCopy()) {
        donors.set(index, exporter(exporters, share, index));
      }
    }
  }

  /** What a shard has of what the hand-over names, by index. */
  private record Share(ReceivedSpace space, int shard, SlabShares shares) {
    List<DonorPart> parts() {
      return space.handOver().donors();
    }

    long bytes(int index) {
      return shares.bytes(index, shard);
    }

    long baseBytes(int index) {
      return shares.baseBytes(index, shard);
    }

    Handle handle(int index) {
      int before = 0;
      for (DonorPart part : parts().subList(0, index)) {
        before += part.hasHandle() ? 1 : 0;
      }
      return space.disks(shard).get(before);
    }
  }

  /** A disk or compressed memory; nothing where there is an exporter or a copy of one. */
  private Donor ownDisk(Share share, int index) {
    DonorPart part = share.parts().get(index);
    if (part.kind() == DonorKind.EXPORTER || part.isCopy()) {
      return nothing(part);
    }
    if (part.kind() == DonorKind.COMPRESSED) {
      return compressed(part, share.handle(index), share.space(), share.shard());
    }
    return packing(part, adopt(share, index, index), share.space(), share.shard());
  }

  /** An exporter with its copy, which has the next index, and no slots. */
  private Donor exporter(OpenExporters exporters, Share share, int index) {
    DonorPart part = share.parts().get(index);
    DonorPart copy = copyOf(share.parts(), index);
    long bytes = share.bytes(index);
    if (copy != null && copy.hasHandle()) {
      Donor disk = adopt(share, index + 1, index);
      return bytes == 0 ? disk : exporters.openBacked(part, disk, bytes, index);
    }
    if (bytes == 0) {
      return nothing(part);
    }
    return copy == null
        ? exporters.open(part, bytes, index)
        : exporters.openPair(part, copy, bytes, index);
  }

  private static @Nullable DonorPart copyOf(List<DonorPart> parts, int index) {
    DonorPart next = index + 1 < parts.size() ? parts.get(index + 1) : null;
    return next != null && next.isCopy() ? next : null;
  }

  /** From nothing: the page of counters may be that of an earlier pager. */
  private static void resetGauges(Counters counters) {
    counters.set(Counter.mirrors, 0);
    counters.set(Counter.mirrorsDegraded, 0);
    counters.set(Counter.bytesToRebuild, 0);
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

  /**
   * A shard's part of a disk.
   *
   * @param sharing index of the donor whose slots are on it
   */
  private Donor adopt(Share share, int index, int sharing) {
    DonorPart part = share.parts().get(index);
    Handle disk = share.handle(index);
    long bytes = share.bytes(sharing);
    if (bytes == 0) {
      disk.close();
      return nothing(part);
    }
    boolean usedBefore = BlockTableLayout.epoch(share.space().table().segment()) > 1;
    long at = part.baseBytes() + share.baseBytes(sharing);
    return platform
        .files()
        .adoptDonor(disk, part.name(), at, bytes, usedBefore, poller, this::warnOnce);
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
    boolean isDisk = part.hasHandle() && !part.isCopy();
    return new NoDonor(part.name(), isDisk ? Tier.SSD : Tier.REMOTE);
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
