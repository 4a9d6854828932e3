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
   * A donor that is still to be opened, on any thread: it has a clock of its own.
   *
   * @param warnOnce takes lines that are the same for every exporter
   * @param waits whether opening it waits until it is known that bytes go by RDMA
   */
  ExporterDonor begin(Borrowing borrowing, Consumer<String> warnOnce, boolean waits) {
    ShardCounters counters = new ShardCounters(space.counters().segment());
    @Nullable WireCompression compression =
        part.compresses()
            ? new WireCompression(Lz4Library.open(warnOnce), counters.of(shard))
            : null;
    @Nullable RdmaWish wish =
        part.transport() == Transport.RDMA
            ? new RdmaWish(platform.verbs(part.engine()), part.device(), RdmaWish.PATIENCE, waits)
            : null;
    return ExporterDonor.begin(
        borrowing,
        platform.sockets(),
        new RunningClock(Clock.system()),
        log::warn,
        compression,
        wish);
  }
}
