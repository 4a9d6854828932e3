package io.elasticmemory.samples.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.codec.Lz4Library;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.CountersLayout;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.contract.DonorContract;
import io.elasticmemory.tiering.store.PackingDonor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contract of a donor, kept by a real file in which pieces are compressed, both ways of I/O.
 */
@ParameterizedClass
@ValueSource(strings = {"ring", "pread"})
class PackedDiskTest extends DonorContract {
  private static final int PIECE_BYTES = 64 << 10;
  private static final String WAY = "emp.pager.disk";

  @TempDir private Path directory;
  private final String way;
  private final Platform platform = Platform.find();
  private final Poller poller = platform.sockets().openPoller();
  private final Counters counters =
      new Counters(MemorySegment.ofArray(new long[(int) CountersLayout.PAGE_BYTES / 8]));

  PackedDiskTest(String way) {
    this.way = way;
  }

  @Override
  protected int unitBytes() {
    return PIECE_BYTES;
  }

  @Override
  protected Donor openDonor(long grantedBytes) {
    Path path = directory.resolve("spill");
    System.setProperty(WAY, way);
    Donor disk =
        platform
            .files()
            .adoptDonor(
                platform.files().createSpillFile(path, grantedBytes, true),
                path.toString(),
                0,
                grantedBytes,
                poller,
                line -> assertThat(line).as("for pread only").contains("pread"));
    return new PackingDonor(
        disk,
        PIECE_BYTES,
        1,
        2,
        Lz4Library.open(_ -> {}),
        counters,
        platform.memories()::reservePrivate);
  }

  @Override
  protected void pause() {
    poller.await(1_000_000);
  }

  @AfterEach
  void forgetTheWay() {
    System.clearProperty(WAY);
  }
}
