package io.elasticmemory.samples.remote;

import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.exporter.Exporter;
import io.elasticmemory.exporter.ExporterSettings;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.testing.Allocations;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.ExporterDonor;
import io.elasticmemory.tiering.store.RdmaWish;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What a donor does for every transfer by RDMA allocates nothing once it is compiled, down to the
 * calls of the device's library. Wanted with {@code -Demp.rdma.address=}, an address of a device.
 */
@EnabledIfSystemProperty(named = "emp.rdma.address", matches = ".+")
class RdmaAllocationOnDevice {
  private static final int BYTES = 4096;
  private static final int AT_ONCE = 32;
  private static final int TURNS = 40;

  /** The measurement itself allocates a little; one object in a transfer would be 16 bytes each. */
  private static final long BYTES_MAX = AT_ONCE * TURNS;

  private final Platform platform = Platform.find();
  private final Poller poller = platform.sockets().openPoller();
  private final List<String> notices = new ArrayList<>();
  private final Transfer[] transfers = new Transfer[AT_ONCE];
  private int count;
  private final Donor.Ended counting = _ -> count++;

  @Test
  void transfersAllocateNothing() {
    String address = System.getProperty("emp.rdma.address");
    String device = platform.verbs(Engine.VERBS).devices().getFirst().name();
    ExporterSettings settings =
        ExporterSettings.lending(Donor.SLAB_BYTES)
            .withAddress(new InetSocketAddress(address, 0))
            .withDevice(device);
    try (Exporter exporter = Exporter.start(settings);
        Arena arena = Arena.ofShared()) {
      MemorySegment frames = arena.allocate(AT_ONCE * BYTES, 4096);
      for (int i = 0; i < AT_ONCE; i++) {
        transfers[i] = new Transfer();
        long at = (long) i * BYTES;
        transfers[i].ask(i % 2 == 0, i % 4 == 1, at, frames, at, BYTES);
      }
      try (ExporterDonor donor = SlowExporter.connect(() -> connect(exporter))) {
        Allocations.assertRoundsBelow(BYTES_MAX, () -> allocatedByRdma(donor));
      }
    }
  }

  /** In a round by RDMA alone; much if a machine that is busy with compiling has lost it. */
  private long allocatedByRdma(ExporterDonor donor) {
    int said = notices.size();
    long before = Allocations.ofThisThread();
    move(donor, TURNS);
    long bytes = Allocations.ofThisThread() - before;
    boolean isByRdma = notices.getLast().equals("the exporter: bytes go by RDMA");
    return isByRdma && notices.size() == said ? bytes : Long.MAX_VALUE;
  }

  private ExporterDonor connect(Exporter exporter) {
    ExporterDonor donor =
        ExporterDonor.reach(
            new Borrowing("the exporter", exporter.address(), 1, 1, 0, 0, 1),
            platform.sockets(),
            Clock.system(),
            notices::add,
            20_000,
            null,
            new RdmaWish(platform.verbs(Engine.VERBS), "", SlowExporter.PATIENCE, true));
    donor.moveTo(poller);
    return donor;
  }

  private void move(ExporterDonor donor, int turns) {
    for (int turn = 0; turn < turns; turn++) {
      move(donor);
    }
  }

  private void move(ExporterDonor donor) {
    int goal = count + AT_ONCE;
    for (Transfer transfer : transfers) {
      donor.start(transfer);
    }
    while (count < goal) {
      donor.poll(counting);
      poller.await(0);
    }
  }
}
