package io.elasticmemory.port.testing;

import io.elasticmemory.Tier;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Holdings;
import io.elasticmemory.port.Transfer;

/** Passes everything on to another donor, for tests that change one thing of it. */
public abstract class PassingDonor implements Donor {
  protected final Donor donor;

  protected PassingDonor(Donor donor) {
    this.donor = donor;
  }

  @Override
  public String name() {
    return donor.name();
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
  public boolean isFenced() {
    return donor.isFenced();
  }

  @Override
  public boolean start(Transfer transfer) {
    return donor.start(transfer);
  }

  @Override
  public int poll(Ended ended) {
    return donor.poll(ended);
  }

  @Override
  public boolean hasWork() {
    return donor.hasWork();
  }

  @Override
  public long nanosToNextEvent() {
    return donor.nanosToNextEvent();
  }

  @Override
  public boolean isElsewhere() {
    return donor.isElsewhere();
  }

  @Override
  public Holdings holdings() {
    return donor.holdings();
  }

  @Override
  public boolean isGone() {
    return donor.isGone();
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
