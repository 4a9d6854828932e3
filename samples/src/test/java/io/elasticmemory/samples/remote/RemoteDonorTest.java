package io.elasticmemory.samples.remote;

import static org.assertj.core.api.Assertions.fail;

import io.elasticmemory.codec.Lz4Library;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.CountersLayout;
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
import io.elasticmemory.tiering.store.WireCompression;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of a donor, kept by a real exporter on a real connection, compressed or not. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class RemoteDonorTest extends DonorContract {
  private final Platform platform = Platform.find();
  private final Poller poller = platform.sockets().openPoller();
  private final @Nullable WireCompression compression;

  RemoteDonorTest(boolean compresses) {
    Counters counters =
        new Counters(MemorySegment.ofArray(new long[(int) CountersLayout.PAGE_BYTES / 8]));
    compression =
        compresses ? new WireCompression(Lz4Library.open(line -> fail(line)), counters) : null;
  }

  @Override
  protected Donor openDonor(long grantedBytes) {
    Exporter exporter = Exporter.start(ExporterSettings.lending(grantedBytes));
    int slabs = (int) (grantedBytes / Donor.SLAB_BYTES);
    Borrowing borrowing =
        new Borrowing("the exporter", exporter.address(), slabs, 1, System.nanoTime(), 0, 1);
    return new PumpedDonor(
        ExporterDonor.connect(
            borrowing,
            platform.sockets(),
            poller,
            Clock.system(),
            line -> fail(line),
            20_000,
            compression),
        poller,
        exporter::close);
  }

  @Override
  protected void pause() {
    poller.await(1_000_000);
  }
}
