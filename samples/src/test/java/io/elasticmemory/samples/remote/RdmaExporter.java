package io.elasticmemory.samples.remote;

import io.elasticmemory.exporter.Exporter;
import io.elasticmemory.exporter.ExporterSettings;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.testing.PumpedDonor;
import io.elasticmemory.port.verbs.testing.FabricPoller;
import io.elasticmemory.port.verbs.testing.FakeFabric;
import io.elasticmemory.port.verbs.testing.FakeVerbs;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.ExporterDonor;
import io.elasticmemory.tiering.store.RdmaWish;
import io.elasticmemory.tiering.words.ExporterWords;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A real exporter on loopback, which by RDMA is another host of a fabric in memory. */
final class RdmaExporter {
  static final int TIMEOUT_MILLIS = 20_000;

  final FakeFabric fabric = new FakeFabric();
  final FakeVerbs here = fabric.host(InetAddress.ofLiteral("127.0.0.2"), true);
  final FakeVerbs there;
  final List<String> notices = new ArrayList<>();
  private final Platform platform = Platform.find();
  final Poller poller = newPoller();
  private final long space = System.nanoTime();
  private int attempt;
  @Nullable Exporter exporter;

  RdmaExporter() {
    this(true);
  }

  /**
   * An exporter that is not started yet.
   *
   * @param atomics whether its device has atomic operations
   */
  RdmaExporter(boolean atomics) {
    there = fabric.host(InetAddress.ofLiteral("127.0.0.1"), atomics);
  }

  private Poller newPoller() {
    return new FabricPoller(platform.sockets().openPoller());
  }

  void start(long bytes) {
    start(ExporterSettings.lending(bytes).withDevice("fake-127.0.0.1"));
  }

  void start(ExporterSettings settings) {
    exporter =
        Exporter.start(settings, platform.memories(), () -> there, this::newPoller, Clock.system());
  }

  /** A client of its words. */
  ExporterWords openWords(Clock clock, @Nullable RdmaWish wish) {
    return ExporterWords.open(
        "the exporter",
        exporter.address(),
        new FabricSockets(platform.sockets()),
        clock,
        Duration.ofMillis(TIMEOUT_MILLIS),
        wish);
  }

  RdmaWish wish() {
    return new RdmaWish(here, "", RdmaWish.PATIENCE, true);
  }

  /** All of its memory, by RDMA where that is to be had. */
  Donor connect(long bytes) {
    return new PumpedDonor(connect(bytes, space, notices, wish()), poller, exporter::close);
  }

  /** The same for a space of this name. */
  ExporterDonor connect(long bytes, long named, List<String> lines, @Nullable RdmaWish wish) {
    int slabs = (int) (bytes / Donor.SLAB_BYTES);
    Borrowing borrowing =
        new Borrowing("the exporter", exporter.address(), slabs, 1, named, 0, 1, attempt++);
    ExporterDonor donor =
        ExporterDonor.reach(
            borrowing,
            new FabricSockets(platform.sockets()),
            Clock.system(),
            lines::add,
            TIMEOUT_MILLIS,
            null,
            wish);
    donor.moveTo(poller);
    return donor;
  }
}
