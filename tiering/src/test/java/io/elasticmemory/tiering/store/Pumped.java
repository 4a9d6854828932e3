package io.elasticmemory.tiering.store;

import io.elasticmemory.Tier;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Transfer;

/** A donor whose poller is looked at before each poll, as the pager's loop does. */
record Pumped(Donor donor, Poller poller) implements Donor {
  @Override
  public int poll(Ended ended) {
    poller.await(0);
    return donor.poll(ended);
  }

  @Override
  public String name() {
    return donor.name();
  }

  @Override
  public boolean isElsewhere() {
    return donor.isElsewhere();
  }

  @Override
  public Tier tier() {
    return donor.tier();
  }

  @Override
  public long grantedBytes() {
    return donor.grantedBytes();
  }

  @Override
  public boolean start(Transfer transfer) {
    return donor.start(transfer);
  }

  @Override
  public String lastFailure() {
    return donor.lastFailure();
  }

  @Override
  public void close() {
    donor.close();
  }
}
