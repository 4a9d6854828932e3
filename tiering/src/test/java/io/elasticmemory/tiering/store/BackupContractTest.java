package io.elasticmemory.tiering.store;

import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.contract.DonorContract;
import java.lang.foreign.Arena;

/** The contract of a donor, of a disk that may be behind. */
class BackupContractTest extends DonorContract {
  private static final int BLOCK_BYTES = 2 << 20;
  private static final long NEVER = Long.MAX_VALUE / 4;

  @Override
  protected Donor openDonor(long grantedBytes) {
    BackupDonor backup =
        new BackupDonor(
            new MemoryDisk(grantedBytes),
            new MirrorSettings(BLOCK_BYTES, NEVER, NEVER, 1 << 20),
            new RememberedDebts(),
            Clock.system(),
            bytes -> Arena.ofAuto().allocate(bytes, 4096));
    backup.mayLag(true);
    return backup;
  }

  @Override
  protected void pause() {}
}
