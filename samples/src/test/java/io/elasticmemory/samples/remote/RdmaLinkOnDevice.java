package io.elasticmemory.samples.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.exporter.Exporter;
import io.elasticmemory.exporter.ExporterSettings;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.contract.DonorContract;
import io.elasticmemory.port.testing.PumpedDonor;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.ExporterDonor;
import io.elasticmemory.tiering.store.RdmaWish;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The contract of a donor, kept by an exporter that is reached through a device of this machine.
 * Wanted with {@code -Demp.rdma.address=}, an address of that device.
 */
@EnabledIfSystemProperty(named = "emp.rdma.address", matches = ".+")
class RdmaLinkOnDevice extends DonorContract {
  private final Platform platform = Platform.find();
  private final Poller poller = platform.sockets().openPoller();
  private final List<String> notices = new ArrayList<>();

  @Override
  protected Donor openDonor(long grantedBytes) {
    String device = platform.verbs(Engine.VERBS).devices().getFirst().name();
    InetSocketAddress at = new InetSocketAddress(System.getProperty("emp.rdma.address"), 0);
    Exporter exporter =
        Exporter.start(ExporterSettings.lending(grantedBytes).withAddress(at).withDevice(device));
    int slabs = (int) (grantedBytes / Donor.SLAB_BYTES);
    Borrowing borrowing =
        new Borrowing("the exporter", exporter.address(), slabs, 1, System.nanoTime(), 0, 1);
    ExporterDonor donor =
        ExporterDonor.reach(
            borrowing,
            platform.sockets(),
            Clock.system(),
            notices::add,
            20_000,
            null,
            new RdmaWish(platform.verbs(Engine.VERBS), device, SlowExporter.PATIENCE, true));
    donor.moveTo(poller);
    return new PumpedDonor(donor, poller, exporter::close);
  }

  @Override
  protected void pause() {
    poller.await(1_000_000);
  }

  @AfterEach
  void everythingWentByRdma() {
    assertThat(notices).containsExactly("the exporter: bytes go by RDMA");
  }
}
