package io.elasticmemory.samples.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.samples.bench.fault.CpuTime;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.ExporterDonor;
import io.elasticmemory.tiering.store.RdmaWish;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * CPU time of an exporter, and of the whole machine, for bytes that travel by RDMA and over TCP, in
 * turn. Wanted with {@code -Demp.rdma.address=}, an address of a device.
 */
@EnabledIfSystemProperty(named = "emp.rdma.address", matches = ".+")
class RdmaCostOnDevice {
  private static final String ADDRESS = System.getProperty("emp.rdma.address", "");
  private static final int ROUNDS = 4;
  private static final int TRANSFERS = 500;
  private static final long LIMIT = 120_000_000_000L;
  private static final double TICKS_PER_SECOND = 100;

  /** Of {@code /proc/stat}: all but idle and waiting for disks, of the first seven. */
  private static final int[] BUSY = {1, 2, 3, 6, 7};

  private final Platform platform = Platform.find();
  private final Poller poller = platform.sockets().openPoller();

  /** Seconds of CPU time. */
  private record Cost(double exporter, double machine) {
    Cost plus(Cost other) {
      return new Cost(exporter + other.exporter, machine + other.machine);
    }

    Cost perGb() {
      double gb = (double) (ROUNDS - 1) * TRANSFERS * DonorTraffic.BYTES / 1e9;
      return new Cost(exporter / gb, machine / gb);
    }
  }

  @Test
  void anExporterHasLessToDoByRdma() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      String device = platform.verbs(Engine.VERBS).devices().getFirst().name();
      LocalExporter exporter = LocalExporter.start(workplace, 128, "-b", ADDRESS, "-d", device);
      RdmaWish wish = new RdmaWish(platform.verbs(Engine.VERBS), "", SlowExporter.PATIENCE, true);
      try (DonorTraffic byTcp = traffic(exporter, 1, null);
          DonorTraffic byRdma = traffic(exporter, 2, wish)) {
        Cost tcp = new Cost(0, 0);
        Cost rdma = new Cost(0, 0);
        for (int round = 0; round < ROUNDS; round++) {
          Cost ofTcp = cost(exporter, byTcp, byRdma);
          Cost ofRdma = cost(exporter, byRdma, byTcp);
          if (round > 0) { // the first compiles
            tcp = tcp.plus(ofTcp);
            rdma = rdma.plus(ofRdma);
          }
        }
        System.out.printf("CPU seconds for a GB over TCP: %s%n", tcp.perGb());
        System.out.printf("CPU seconds for a GB by RDMA: %s%n", rdma.perGb());
        assertThat(rdma.exporter).isLessThan(tcp.exporter);
        assertThat(byTcp.wrongWords() + byRdma.wrongWords()).isZero();
      }
    }
  }

  private DonorTraffic traffic(LocalExporter exporter, long space, @Nullable RdmaWish wish) {
    InetSocketAddress at = new InetSocketAddress(ADDRESS, exporter.port());
    Borrowing borrowing = new Borrowing("the exporter", at, 1, space, 0, 0, 1);
    ExporterDonor donor =
        SlowExporter.connect(
            () ->
                ExporterDonor.reach(
                    borrowing, platform.sockets(), Clock.system(), line -> {}, 20_000, null, wish));
    donor.moveTo(poller);
    return new DonorTraffic(donor, poller);
  }

  private static Cost cost(LocalExporter exporter, DonorTraffic traffic, DonorTraffic other)
      throws IOException {
    long exporterNanos = CpuTime.nanos(exporter.pid());
    double machine = machineSeconds();
    long end = traffic.done() + TRANSFERS;
    boolean isDone =
        traffic.runUntil(
            () -> {
              other.keepAlive();
              return traffic.done() >= end;
            },
            LIMIT);
    assertThat(isDone && traffic.drain(LIMIT)).isTrue();
    return new Cost(
        (CpuTime.nanos(exporter.pid()) - exporterNanos) / 1e9, machineSeconds() - machine);
  }

  private static double machineSeconds() throws IOException {
    String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +");
    return Arrays.stream(BUSY).mapToLong(field -> Long.parseLong(fields[field])).sum()
        / TICKS_PER_SECOND;
  }
}
