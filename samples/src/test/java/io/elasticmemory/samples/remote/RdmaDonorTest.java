package io.elasticmemory.samples.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.contract.DonorContract;
import org.junit.jupiter.api.AfterEach;

/**
 * The contract of a donor, kept by a real exporter that is reached by RDMA, on a fabric in memory.
 */
class RdmaDonorTest extends DonorContract {
  private final RdmaExporter exporter = new RdmaExporter();

  @Override
  protected Donor openDonor(long grantedBytes) {
    exporter.start(grantedBytes);
    Donor donor = exporter.connect(grantedBytes);
    assertThat(exporter.notices).containsExactly("the exporter: bytes go by RDMA");
    return donor;
  }

  @Override
  protected void pause() {
    exporter.poller.await(1_000_000);
  }

  @AfterEach
  void everythingWentByRdma() {
    assertThat(exporter.notices).hasSize(1);
    assertThat(exporter.fabric.posts()).isPositive();
  }
}
