package io.elasticmemory.samples.remote;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.elasticmemory.EmpException;
import io.elasticmemory.exporter.Exporter;
import io.elasticmemory.exporter.ExporterSettings;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.testing.Allocations;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.ExporterDonor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Exporters that end, come back, or are none, as a donor on real connections meets them. */
class ExporterFailureTest {
  private static final int BLOCK = 64 << 10;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long CONNECT_MILLIS = 20_000;
  private static final long SHORT_CONNECT_MILLIS = 1_000;

  private final Platform platform = Platform.find();
  private final Poller poller = platform.sockets().openPoller();
  private final MemorySegment frames = Arena.ofAuto().allocate(64L * BLOCK, 4096);
  private final List<Transfer> ended = new ArrayList<>();
  private final List<String> notices = new ArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
    poller.close();
  }

  private Exporter exporter(int slabs, InetSocketAddress address) {
    Exporter exporter =
        Exporter.start(ExporterSettings.lending(slabs * Donor.SLAB_BYTES).withAddress(address));
    open.add(exporter);
    return exporter;
  }

  private Exporter exporter(int slabs) {
    return exporter(slabs, new InetSocketAddress("127.0.0.1", 0));
  }

  private ExporterDonor connect(InetSocketAddress address, int slabs) {
    return connect(address, slabs, CONNECT_MILLIS);
  }

  private ExporterDonor connect(InetSocketAddress address, int slabs, long timeoutMillis) {
    Borrowing borrowing = new Borrowing("the exporter", address, slabs, 1, System.nanoTime(), 0, 1);
    ExporterDonor donor =
        ExporterDonor.connect(
            borrowing,
            platform.sockets(),
            poller,
            Clock.system(),
            notices::add,
            timeoutMillis,
            null);
    open.add(donor);
    return donor;
  }

  private Transfer start(Donor donor, boolean write, int place) {
    Transfer transfer = new Transfer();
    transfer.ask(write, !write, (long) place * BLOCK, frames, (long) place * BLOCK, BLOCK);
    assertThat(donor.start(transfer)).isTrue();
    return transfer;
  }

  private Outcome run(Donor donor, boolean write, int place) {
    Transfer transfer = start(donor, write, place);
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!ended.contains(transfer)) {
      assertThat(System.nanoTime()).as("waits too long").isLessThan(end);
      donor.poll(ended::add);
      poller.await(1_000_000);
    }
    ended.clear();
    return transfer.outcome();
  }

  @Test
  void anExporterThatWasStartedAnewIsNeverBelieved() throws Exception {
    Exporter first = exporter(1);
    ExporterDonor donor = connect(first.address(), 1);
    assertThat(run(donor, true, 0)).isEqualTo(Outcome.DONE);
    first.close();
    assertThat(run(donor, false, 0)).isEqualTo(Outcome.UNREACHABLE);
    exporter(1, first.address());
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!donor.lastFailure().contains("started anew")) {
      assertThat(System.nanoTime()).as(donor.lastFailure()).isLessThan(end);
      assertThat(run(donor, false, 0)).isEqualTo(Outcome.UNREACHABLE);
      poller.await(10_000_000);
    }
    assertThat(run(donor, false, 0)).isEqualTo(Outcome.UNREACHABLE);
    assertThat(notices.getFirst()).contains("connection lost");
    assertThat(notices.getLast()).contains("started anew");
  }

  @Test
  void anExporterThatIsNotBelievedIsNeitherReadNorWritten() {
    ExporterDonor donor = connect(exporter(1).address(), 1);
    assertThat(donor.isNew()).isTrue();
    assertThat(run(donor, true, 0)).isEqualTo(Outcome.DONE);

    donor.disbelieve();

    assertThat(run(donor, false, 0)).isEqualTo(Outcome.UNREACHABLE);
    assertThat(run(donor, true, 0)).isEqualTo(Outcome.UNREACHABLE);
    assertThat(donor.lastFailure()).contains("ended the lease while no pager served");
    assertThat(notices).containsExactly("the exporter: " + donor.lastFailure());
  }

  @Test
  void givesItsLeaseBackWhenItCloses() {
    Exporter exporter = exporter(2);
    for (int i = 0; i < 20; i++) {
      ExporterDonor donor = connect(exporter.address(), 2);
      assertThat(exporter.freeBytes()).isZero();
      frames.asSlice(0, BLOCK).fill((byte) 7);
      assertThat(run(donor, false, 0)).isEqualTo(Outcome.DONE);
      assertThat(frames.get(JAVA_BYTE, 0)).as("somebody else's byte").isZero();
      frames.asSlice(0, BLOCK).fill((byte) 7);
      assertThat(run(donor, true, 0)).isEqualTo(Outcome.DONE);
      donor.close();
    }
  }

  @Test
  void refusesToShareWhatIsLeasedToOthers() {
    Exporter exporter = exporter(2);
    connect(exporter.address(), 1);
    assertThatThrownBy(() -> connect(exporter.address(), 2))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("can lend 64 MiB now")
        .hasMessageContaining("the path asks for 128");
    await("nothing was kept").until(() -> exporter.freeBytes() == Donor.SLAB_BYTES);
    assertThatThrownBy(() -> connect(exporter.address(), 3))
        .hasMessageContaining("can lend 128 MiB, the path asks for 192");
  }

  @Test
  void saysHowToStartAnExporterWhereNoneIs() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThatThrownBy(() -> connect(new InetSocketAddress("127.0.0.1", port), 2))
        .isInstanceOf(EmpException.class)
        .hasMessageMatching(
            "no exporter answers at 127.0.0.1:%d \\([a-z ]+\\): start one with: bin/emp exporter -m 128 -p %d"
                .formatted(port, port));
  }

  @Test
  void recognisesWhatIsNoExporter() throws Exception {
    for (String greeting : new String[] {"SSH-2.0-Something\r\n", "x", ""}) {
      try (ServerSocket server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
        Thread.ofPlatform().daemon().start(() -> greet(server, greeting));
        long begun = System.nanoTime();
        assertThatThrownBy(
                () ->
                    connect(
                        (InetSocketAddress) server.getLocalSocketAddress(),
                        1,
                        SHORT_CONNECT_MILLIS))
            .isInstanceOf(EmpException.class)
            .hasMessageMatching("(no exporter answers|what answers) at .*start one with: .*");
        assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(20));
      }
    }
  }

  private static void greet(ServerSocket server, String greeting) {
    List<Socket> kept = new ArrayList<>();
    try {
      while (true) {
        Socket socket = server.accept();
        kept.add(socket);
        socket.getOutputStream().write(greeting.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      kept.clear(); // The test is over.
    }
  }

  @Test
  void keepsItsLeaseWhileIdle() throws Exception {
    Exporter exporter =
        Exporter.start(ExporterSettings.lending(Donor.SLAB_BYTES).withLeaseMillis(4_000));
    open.add(exporter);
    ExporterDonor donor = connect(exporter.address(), 1);
    frames.set(JAVA_LONG, 0, 42);
    assertThat(run(donor, true, 0)).isEqualTo(Outcome.DONE);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(6);
    while (System.nanoTime() < end) {
      donor.poll(ended::add);
      poller.await(Math.min(donor.nanosToNextEvent(), 1_000_000_000));
    }
    frames.set(JAVA_LONG, 0, 0);
    assertThat(run(donor, false, 0)).isEqualTo(Outcome.DONE);
    assertThat(frames.get(JAVA_LONG, 0)).isEqualTo(42);
    assertThat(notices).isEmpty();
  }

  /** On real connections too: what the pager's thread does for a transfer leaves no garbage. */
  @Test
  void allocatesNothingWhileHealthy() {
    ExporterDonor donor = connect(exporter(1).address(), 1);
    Transfer[] transfers = new Transfer[32];
    for (int i = 0; i < 32; i++) {
      transfers[i] = new Transfer();
      transfers[i].ask(i % 2 == 0, i % 2 == 1, (long) i * BLOCK, frames, (long) i * BLOCK, BLOCK);
    }
    int[] count = {0};
    Donor.Ended counting = _ -> count[0]++;
    Allocations.assertLessThan(
        1600,
        () -> {
          for (int turn = 0; turn < 50; turn++) {
            for (Transfer transfer : transfers) {
              donor.start(transfer);
            }
            for (int goal = count[0] + transfers.length; count[0] < goal; ) {
              donor.poll(counting);
              poller.await(1_000_000);
            }
          }
        });
  }
}
