package io.elasticmemory.samples.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.exporter.Exporter;
import io.elasticmemory.exporter.ExporterSettings;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.verbs.Verbs;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.ExporterDonor;
import io.elasticmemory.tiering.store.RdmaWish;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Connections by RDMA that are closed leave no descriptor behind. Wanted with {@code
 * -Demp.rdma.address=}, an address of a device.
 */
@EnabledIfSystemProperty(named = "emp.rdma.address", matches = ".+")
class RdmaLeftoversOnDevice {
  private static final int TIMES = 5;
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private final Platform platform = Platform.find();
  private final Verbs verbs = platform.verbs(Engine.VERBS);
  private final Poller poller = platform.sockets().openPoller();
  private final List<String> notices = new ArrayList<>();

  @Test
  void nothingIsLeftOfConnectionsThatAreClosed() throws Exception {
    String device = verbs.devices().getFirst().name();
    InetSocketAddress at = new InetSocketAddress(System.getProperty("emp.rdma.address"), 0);
    try (Exporter exporter =
        Exporter.start(
            ExporterSettings.lending(Donor.SLAB_BYTES).withAddress(at).withDevice(device))) {
      connect(exporter, 1).close();
      List<String> before = descriptors();
      for (int i = 2; i < TIMES; i++) {
        connect(exporter, i).close();
      }
      long end = System.nanoTime() + PATIENCE_NANOS;
      while (descriptors().size() > before.size() && System.nanoTime() < end) {
        Thread.sleep(10);
      }
      assertThat(descriptors()).as("before: %s", before).hasSizeLessThanOrEqualTo(before.size());
    }
    assertThat(notices).containsOnly("the exporter: bytes go by RDMA");
  }

  /** Each is the same client, of which the one before has ended. */
  private ExporterDonor connect(Exporter exporter, int attempt) {
    ExporterDonor donor =
        ExporterDonor.reach(
            new Borrowing("the exporter", exporter.address(), 1, 1, 1, 0, 1, attempt),
            platform.sockets(),
            Clock.system(),
            notices::add,
            20_000,
            null,
            new RdmaWish(verbs, "", SlowExporter.PATIENCE, true));
    donor.moveTo(poller);
    return donor;
  }

  private static List<String> descriptors() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      for (Path one : open.toList()) {
        found.add(kind(one));
      }
    }
    Collections.sort(found);
    return found;
  }

  private static String kind(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().replaceAll("[0-9]+", "");
    } catch (IOException e) {
      return "closed meanwhile";
    }
  }
}
