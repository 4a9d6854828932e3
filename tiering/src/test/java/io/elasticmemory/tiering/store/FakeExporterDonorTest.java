package io.elasticmemory.tiering.store;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.contract.DonorContract;
import io.elasticmemory.port.testing.PumpedDonor;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

/** The contract of a donor, on networks that deliver slowly and answers that come in any order. */
@ParameterizedClass
@FieldSource("networks")
class FakeExporterDonorTest extends DonorContract {
  static final List<Network> networks =
      List.of(
          new Network(Integer.MAX_VALUE, false, false),
          new Network(Integer.MAX_VALUE, true, false),
          new Network(100_003, true, false),
          new Network(4099, true, false),
          new Network(Integer.MAX_VALUE, false, true),
          new Network(100_003, true, true),
          new Network(509, true, true));

  record Network(int sliceBytes, boolean shuffles, boolean compresses) {}

  private final Network network;
  private Poller poller;

  FakeExporterDonorTest(Network network) {
    this.network = network;
  }

  @Override
  protected Donor openDonor(long grantedBytes) {
    FakeExporter exporter = new FakeExporter((int) (grantedBytes / Donor.SLAB_BYTES));
    exporter.sliceBytes = network.sliceBytes;
    exporter.shuffles = network.shuffles;
    exporter.random = new SplittableRandom(network.sliceBytes);
    poller = exporter.openPoller();
    WireCompression compression = network.compresses ? TestDonors.compression() : null;
    Borrowing borrowing = TestDonors.borrowing(exporter.slabs);
    return new PumpedDonor(TestDonors.connect(exporter, poller, borrowing, compression), poller);
  }

  @Override
  protected void pause() {
    poller.await(1_000_000);
  }
}
