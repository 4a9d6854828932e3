package io.elasticmemory.tiering.pager;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.TcpDonor;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOver.DonorPart;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** The donors of a space: opened in the order of the hand-over, given back at the end. */
final class OpenDonors implements AutoCloseable {
  private static final long EXPORTER_MILLIS_MAX = 10_000;

  private final Platform platform;
  private final Poller poller;
  private final Clock clock;
  private final PagerLog log;
  private final List<Donor> donors = new ArrayList<>();
  private final Set<String> said = new HashSet<>();

  /**
   * No donors yet.
   *
   * @param poller watches their connections and rings
   */
  OpenDonors(Platform platform, Poller poller, Clock clock, PagerLog log) {
    this.platform = platform;
    this.poller = poller;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Opens what the hand-over names.
   *
   * @throws EmpException that names the donor that cannot be had
   */
  void open(ReceivedSpace space) {
    Iterator<Handle> disks = space.disks().iterator();
    for (DonorPart part : space.handOver().donors()) {
      donors.add(part.hasHandle() ? adopt(part, disks.next()) : connect(part, space));
    }
  }

  private Donor adopt(DonorPart part, Handle disk) {
    return platform
        .files()
        .adoptDonor(disk, part.name(), part.baseBytes(), part.bytes(), poller, this::warnOnce);
  }

  /** What holds for every disk is said for the first of them. */
  private void warnOnce(String notice) {
    if (said.add(notice)) {
      log.warn(notice);
    }
  }

  private Donor connect(DonorPart part, ReceivedSpace space) {
    log.info("asking " + part.name() + " for " + (part.bytes() >> 20) + " MiB");
    HandOver handOver = space.handOver();
    Borrowing borrowing =
        new Borrowing(
            part.name(),
            new InetSocketAddress(part.host(), part.port()),
            (int) (part.bytes() / Donor.SLAB_BYTES),
            handOver.spaceIdHigh(),
            handOver.spaceIdLow(),
            donors.size(),
            space.table().segment().get(ValueLayout.JAVA_LONG, BlockTableLayout.EPOCH_AT));
    return TcpDonor.connect(
        borrowing, platform.sockets(), poller, clock, log::warn, EXPORTER_MILLIS_MAX);
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
