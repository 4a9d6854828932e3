package io.elasticmemory.ffm.file;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.contract.DonorContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDonorTest extends DonorContract {
  @TempDir private Path directory;
  private int opened;

  @Override
  protected Donor openDonor(long grantedBytes) {
    LinuxFiles files = new LinuxFiles();
    Path path = directory.resolve("spill" + opened++);
    Descriptor file = Descriptor.of(files.createSpillFile(path, grantedBytes, true));
    return new FileDonor(file, path.toString(), 0, grantedBytes, Fence.none(file));
  }

  @Override
  protected void pause() {
    // Everything ends in the next poll.
  }

  @Test
  void reportsWhatIsUrgentBeforeItMakesTheRest() {
    try (Donor donor = openDonor(Donor.SLAB_BYTES)) {
      Transfer rest = new Transfer();
      rest.ask(false, false, 8192, frames, 8192, 4096);
      Transfer demanded = new Transfer();
      demanded.ask(false, true, 0, frames, 0, 4096);
      frames.fill((byte) 0xee);
      donor.start(rest);
      donor.start(demanded);
      List<Transfer> ended = new ArrayList<>();
      donor.poll(
          transfer -> {
            ended.add(transfer);
            if (transfer.equals(demanded)) {
              assertThat(frames.get(JAVA_BYTE, 0)).isZero();
              assertThat(frames.get(JAVA_BYTE, 8192)).isEqualTo((byte) 0xee);
            }
          });
      assertThat(ended).containsExactly(demanded, rest);
      assertThat(frames.get(JAVA_BYTE, 8192)).isZero();
    }
  }
}
