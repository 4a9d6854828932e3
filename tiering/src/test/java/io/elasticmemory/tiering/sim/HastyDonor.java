package io.elasticmemory.tiering.sim;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.port.testing.PassingDonor;
import java.util.ArrayList;
import java.util.List;

/**
 * Acknowledges too early, which for the shard is as if it did not wait: a planted defect. Either
 * every write is acknowledged at the next poll, or all writes to a slot with the first of them.
 */
final class HastyDonor extends PassingDonor {
  private final int blockBytes;
  private final boolean waitsForFirst;
  private final List<Silent> open = new ArrayList<>();

  HastyDonor(Donor donor, int blockBytes, boolean waitsForFirst) {
    super(donor);
    this.blockBytes = blockBytes;
    this.waitsForFirst = waitsForFirst;
  }

  /** The transfer that really takes place; nobody waits for it. */
  private static final class Silent extends Transfer {
    private final Transfer loud;

    Silent(Transfer loud) {
      this.loud = loud;
      ask(true, loud.isUrgent(), loud.position(), loud.frames(), loud.frameOffset(), loud.bytes());
    }
  }

  @Override
  public boolean start(Transfer transfer) {
    if (!transfer.isWrite()) {
      return donor.start(transfer);
    }
    Silent silent = new Silent(transfer);
    if (!donor.start(silent)) {
      return false;
    }
    open.add(silent);
    return true;
  }

  @Override
  public int poll(Ended ended) {
    List<Silent> over = new ArrayList<>();
    int count =
        donor.poll(
            transfer -> {
              if (transfer instanceof Silent silent) {
                over.add(silent);
              } else {
                ended.ended(transfer);
              }
            });
    if (!waitsForFirst) {
      over.clear();
      over.addAll(open);
    }
    for (Silent silent : over) {
      acknowledge(silent, ended);
    }
    return count;
  }

  private void acknowledge(Silent first, Ended ended) {
    for (Silent silent : List.copyOf(open)) {
      boolean sameSlot = silent.position() / blockBytes == first.position() / blockBytes;
      if (silent == first || (sameSlot && first.outcome() == Outcome.DONE)) {
        open.remove(silent);
        silent.loud.end(first.outcome());
        ended.ended(silent.loud);
      }
    }
  }
}
