package io.elasticmemory.tiering.store;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.contract.DonorContract;
import io.elasticmemory.port.testing.PumpedDonor;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/** The contract of a donor, of two exporters that have the same bytes. */
class MirrorContractTest extends DonorContract {
  private static final int BLOCK_BYTES = 2 << 20;
  private static final long NEVER = Long.MAX_VALUE / 4;

  private Poller first;
  private Poller second;

  @Override
  protected Donor openDonor(long grantedBytes) {
    FakeExporter one = new FakeExporter((int) (grantedBytes / Donor.SLAB_BYTES));
    FakeExporter other = new FakeExporter((int) (grantedBytes / Donor.SLAB_BYTES));
    first = one.openPoller();
    second = other.openPoller();
    Donor oneDonor = TestDonors.connect(one, first);
    Donor otherDonor = TestDonors.connect(other, second);
    Donor mirror =
        new MirrorDonor(
            new MirrorSettings(BLOCK_BYTES, NEVER, NEVER, 1 << 20),
            new Healthy(oneDonor),
            oneDonor,
            new Healthy(otherDonor),
            otherDonor,
            new Doubts() {
              @Override
              public boolean has(int side) {
                return false;
              }

              @Override
              public void set(int side, boolean doubted) {
                throw new AssertionError("a healthy side is doubted");
              }
            },
            true,
            one.clock(),
            TestDonors.counters(),
            TestDonors.notices::add,
            bytes -> Arena.ofAuto().allocate(bytes, 4096),
            MirrorRules.STRICT);
    return new PumpedDonor(new PumpedDonor(mirror, first), second);
  }

  private record Healthy(Donor donor) implements Replica {
    @Override
    public String name() {
      return donor.name();
    }

    @Override
    public @Nullable Donor open() {
      return null;
    }

    @Override
    public boolean isLost(Donor opened) {
      return false;
    }

    @Override
    public boolean isAway(Donor opened) {
      return false;
    }

    @Override
    public void drop(Donor opened) {
      throw new AssertionError("a healthy side is dropped");
    }

    @Override
    public void close() {}
  }

  @Override
  protected void pause() {
    first.await(1_000_000);
    second.await(1_000_000);
  }
}
