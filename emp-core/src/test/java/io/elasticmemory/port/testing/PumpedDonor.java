package io.elasticmemory.port.testing;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Poller;

/** A donor whose poller is looked at before each poll, as the pager's loop does. */
public final class PumpedDonor extends PassingDonor {
  private final Poller poller;
  private final Runnable afterClose;

  public PumpedDonor(Donor donor, Poller poller) {
    this(donor, poller, () -> {});
  }

  /** With something that ends when the donor has. */
  public PumpedDonor(Donor donor, Poller poller, Runnable afterClose) {
    super(donor);
    this.poller = poller;
    this.afterClose = afterClose;
  }

  @Override
  public int poll(Ended ended) {
    poller.await(0);
    return super.poll(ended);
  }

  @Override
  public void close() {
    super.close();
    afterClose.run();
  }
}
