package io.elasticmemory.ffm.file;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.contract.DonorContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileDonorTest extends DonorContract {
  @TempDir private Path directory;

  @Override
  protected Donor openDonor(long grantedBytes) {
    LinuxFiles files = new LinuxFiles();
    Path path = directory.resolve("spill");
    return files.adoptDonor(
        files.createSpillFile(path, grantedBytes, true), path.toString(), 0, grantedBytes);
  }

  @Override
  protected void pause() {
    // Everything has ended when it is started.
  }
}
