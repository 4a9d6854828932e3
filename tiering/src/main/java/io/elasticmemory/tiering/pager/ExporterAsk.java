package io.elasticmemory.tiering.pager;

import io.elasticmemory.MemPath.Transport;
import io.elasticmemory.codec.Lz4Library;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Platform;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.ExporterDonor;
import io.elasticmemory.tiering.store.RdmaWish;
import io.elasticmemory.tiering.store.WireCompression;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOver.DonorPart;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a shard asks of an exporter, and how.
 *
 * @param log takes lines about the connections
 * @param bytes what is asked for
 * @param index of the exporter, as the block table names it
 */
record ExporterAsk(
    Platform platform,
    PagerLog log,
    ReceivedSpace space,
    int shard,
    DonorPart part,
    long bytes,
    int index) {

  /** Each shard has a lease of its own at each donor, which knows it by this number. */
  int place() {
    return shard * (BlockWord.DONORS_MAX + 2) + index;
  }

  /** What a pager borrows for the first time. */
  Borrowing borrowing(long epoch) {
    HandOver handOver = space.handOver();
    return new Borrowing(
        part.name(),
        new InetSocketAddress(part.host(), part.port()),
        (int) (bytes / Donor.SLAB_BYTES),
        handOver.spaceIdHigh(),
        handOver.spaceIdLow(),
        place(),
        epoch);
  }

  /**
   * With what bytes are compressed on the way; null if they are not.
   *
   * @param warnOnce takes lines that are the same for every exporter
   * @throws io.elasticmemory.EmpException if that is not to be had
   */
  @Nullable WireCompression compression(Consumer<String> warnOnce) {
    ShardCounters counters = new ShardCounters(space.counters().segment());
    return part.compresses()
        ? new WireCompression(Lz4Library.open(warnOnce), counters.of(shard))
        : null;
  }

  /**
   * How bytes go by RDMA; null if they are to go over TCP.
   *
   * @param waits whether opening a donor waits until it is known that they do
   */
  @Nullable RdmaWish wish(boolean waits) {
    return part.transport() == Transport.RDMA
        ? new RdmaWish(platform.verbs(part.engine()), part.device(), RdmaWish.PATIENCE, waits)
        : null;
  }

  /** A donor that is still to be opened, on any thread: it has a clock of its own. */
  ExporterDonor begin(
      Borrowing borrowing, @Nullable WireCompression compression, @Nullable RdmaWish wish) {
    return ExporterDonor.begin(
        borrowing,
        platform.sockets(),
        new RunningClock(Clock.system()),
        log::warn,
        compression,
        wish);
  }
}
