package io.elasticmemory.tiering.sim;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.port.testing.PassingDonor;

/** Says that a write is done that has failed: a planted defect. */
final class TrustingDonor extends PassingDonor {
  TrustingDonor(Donor donor) {
    super(donor);
  }

  @Override
  public int poll(Ended ended) {
    return super.poll(
        transfer -> {
          if (transfer.isWrite() && transfer.outcome() == Outcome.FAILED) {
            transfer.end(Outcome.DONE);
          }
          ended.ended(transfer);
        });
  }
}
