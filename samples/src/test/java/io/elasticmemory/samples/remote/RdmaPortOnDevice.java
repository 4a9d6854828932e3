package io.elasticmemory.samples.remote;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.exporter.Exporter;
import io.elasticmemory.exporter.ExporterSettings;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.port.verbs.Verbs;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.ExporterDonor;
import io.elasticmemory.tiering.store.RdmaWish;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What a device tells of itself is heard. Wanted with {@code -Demp.rdma.address=}, an address of a
 * device, and {@code -Demp.rdma.interface=}, the network interface of that address, which is taken
 * down for a moment. Afterwards rdma_rxe makes no connections until it is made anew.
 */
@EnabledIfSystemProperty(named = "emp.rdma.address", matches = ".+")
@EnabledIfSystemProperty(named = "emp.rdma.interface", matches = ".+")
class RdmaPortOnDevice {
  private static final String BY_RDMA = "the exporter: bytes go by RDMA";
  private static final int BYTES = 4096;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final Platform platform = Platform.find();
  private final Verbs verbs = platform.verbs(Engine.VERBS);
  private final String device = verbs.devices().getFirst().name();
  private final Poller poller = platform.sockets().openPoller();
  private final List<String> notices = new ArrayList<>();
  private final Arena arena = Arena.ofShared();
  private final MemorySegment frames = arena.allocate(2 * BYTES, BYTES);
  private final Exporter exporter = start();

  private Exporter start() {
    InetSocketAddress at = new InetSocketAddress(System.getProperty("emp.rdma.address"), 0);
    return Exporter.start(
        ExporterSettings.lending(Donor.SLAB_BYTES).withAddress(at).withDevice(device));
  }

  @AfterEach
  void close() {
    exporter.close();
    poller.close();
    arena.close();
  }

  private ExporterDonor connect(long space) {
    ExporterDonor donor =
        ExporterDonor.reach(
            new Borrowing("the exporter", exporter.address(), 1, 1, space, 0, 1),
            platform.sockets(),
            Clock.system(),
            notices::add,
            20_000,
            null,
            new RdmaWish(verbs, "", SlowExporter.PATIENCE, true));
    donor.moveTo(poller);
    return donor;
  }

  private void await(ExporterDonor donor, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time: %s", notices).isLessThan(end);
      poller.await(1_000_000);
      donor.poll(_ -> {});
    }
  }

  private void move(ExporterDonor donor, boolean write) {
    Transfer transfer = new Transfer();
    transfer.ask(write, !write, 0, frames, write ? 0 : BYTES, BYTES);
    transfer.end(null);
    assertThat(donor.start(transfer)).isTrue();
    await(donor, () -> transfer.outcome() != null);
    assertThat(transfer.outcome()).as(donor.lastFailure()).isEqualTo(Outcome.DONE);
  }

  private static void setPort(String state) throws IOException, InterruptedException {
    String name = System.getProperty("emp.rdma.interface", "");
    Process process = new ProcessBuilder("ip", "link", "set", name, state).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }

  /** Nothing is under way, so nobody but the device can say it. */
  @Test
  void aPortThatGoesDownIsNoticedWhileNothingIsUnderWay() throws Exception {
    frames.set(JAVA_LONG, 0, 77);
    try (ExporterDonor donor = connect(1)) {
      move(donor, true);
      setPort("down");
      try {
        await(donor, () -> notices.size() > 1);
        assertThat(notices)
            .containsExactly(
                BY_RDMA,
                "the exporter: no RDMA (the port of " + device + " is down), bytes go over TCP");
        move(donor, false);
      } finally {
        setPort("up");
      }
      assertThat(frames.get(JAVA_LONG, BYTES)).isEqualTo(77);
    }
  }
}
