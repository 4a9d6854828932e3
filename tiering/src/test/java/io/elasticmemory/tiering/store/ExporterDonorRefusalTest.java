package io.elasticmemory.tiering.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.Poller;
import io.elasticmemory.wire.MessageLayout;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** What people read when an exporter cannot be had. */
class ExporterDonorRefusalTest {
  private final FakeExporter exporter = new FakeExporter(2);
  private final Poller poller = exporter.openPoller();

  private static Borrowing borrowing(InetSocketAddress address, int slabs) {
    return new Borrowing("the entry", address, slabs, 1, 2, 0, 1);
  }

  private void assertRefused(int slabs, String message) {
    assertRefused(TestDonors.borrowing(slabs), message);
  }

  private void assertRefused(Borrowing borrowing, String message) {
    long begun = exporter.clock().nanoTime();
    assertThatThrownBy(() -> TestDonors.connect(exporter, poller, borrowing))
        .isInstanceOf(EmpException.class)
        .hasMessage(message)
        .extracting(e -> ((EmpException) e).kind())
        .isEqualTo(EmpException.Kind.DONOR);
    assertThat(exporter.clock().nanoTime() - begun).isLessThan(2_100_000_000L);
    assertThat(exporter.streams).as("connections left behind").isEmpty();
  }

  @Test
  void nobodyListens() {
    exporter.door = FakeExporter.Door.REFUSING;
    assertRefused(
        32,
        "no exporter answers at 127.0.0.1:19675 (connection refused): start one with: bin/emp"
            + " exporter -m 2048 -p 19675");
  }

  @Test
  void nobodyListensThere() {
    exporter.door = FakeExporter.Door.REFUSING;
    assertRefused(
        borrowing(new InetSocketAddress("10.0.0.7", 5000), 1),
        "no exporter answers at 10.0.0.7:5000 (connection refused): start one there with: bin/emp"
            + " exporter -m 64 -p 5000 -b 10.0.0.7");
    assertRefused(
        borrowing(new InetSocketAddress("::1", 5000), 1),
        "no exporter answers at [0:0:0:0:0:0:0:1]:5000 (connection refused): start one with:"
            + " bin/emp exporter -m 64 -p 5000 -b 0:0:0:0:0:0:0:1");
  }

  @Test
  void itsNameIsLookedUpAgain() {
    Borrowing unknown = borrowing(InetSocketAddress.createUnresolved("127.0.0.9", 5000), 1);
    assertRefused(
        unknown,
        "the entry: the host 127.0.0.9 is unknown: write its address, or one that this machine can"
            + " look up; if it is a file, write ./127.0.0.9");
    assertThat(unknown.again().address()).isEqualTo(new InetSocketAddress("127.0.0.9", 5000));
  }

  @Test
  void theWayIsSilent() {
    exporter.door = FakeExporter.Door.SILENT;
    assertRefused(
        1,
        "no exporter answers at 127.0.0.1:19675 (no answer within 2 s): start one with: bin/emp"
            + " exporter -m 64 -p 19675");
  }

  @Test
  void theExporterIsSilent() {
    exporter.answers = false;
    assertRefused(
        1,
        "no exporter answers at 127.0.0.1:19675 (no answer within 2 s): start one with: bin/emp"
            + " exporter -m 64 -p 19675");
  }

  @Test
  void somethingElseAnswers() {
    exporter.answers = false;
    exporter.banner = "SSH-2.0-OpenSSH_9.6\r\n".getBytes(US_ASCII);
    assertRefused(
        1,
        "what answers at 127.0.0.1:19675 is no EMP exporter (it sent 53 53 48 2d 32 2e 30 2d):"
            + " check host and port, or start one with: bin/emp exporter -m 64 -p 19675");
  }

  @Test
  void somethingElseHangsUp() {
    exporter.door = FakeExporter.Door.HANGING_UP;
    assertRefused(
        1,
        "what answers at 127.0.0.1:19675 is no EMP exporter (it closed the connection without a"
            + " proper answer): check host and port, or start one with: bin/emp exporter -m 64 -p"
            + " 19675");
  }

  @Test
  void theExporterIsOfAnotherVersion() {
    exporter.refuseHelloWith = MessageLayout.BAD_VERSION;
    exporter.versionSpoken = 3;
    assertRefused(
        1,
        "the exporter at 127.0.0.1:19675 is another EMP (it speaks protocol version 3 and this"
            + " build version 2): use one version for both");
  }

  @Test
  void theExporterHasTooManyConnections() {
    exporter.refuseHelloWith = MessageLayout.TOO_MANY_CONNECTIONS;
    assertRefused(
        1,
        "the exporter at 127.0.0.1:19675 is full (it has as many connections as it may): start it"
            + " with a larger -c");
  }

  @Test
  void theExporterIsTooSmall() {
    assertRefused(
        3,
        "the exporter at 127.0.0.1:19675 can lend 128 MiB, the path asks for 192: ask for less, or"
            + " start it with -m 192");
    assertThat(exporter.lease).as("nothing is kept").isZero();
  }

  @Test
  void othersHoldTheExportersMemory() {
    exporter.heldByOthers = 1;
    assertRefused(
        2,
        "the exporter at 127.0.0.1:19675 can lend 64 MiB now, others hold the rest of its 128, the"
            + " path asks for 128: ask for less, or wait 30 s if a program that used it was"
            + " killed");
    assertThat(exporter.lease).as("nothing is kept").isZero();
    assertThat(exporter.operations[MessageLayout.RELEASE]).as("and nothing was taken").isZero();
  }

  @Test
  void aLeaseOfAnotherSizeThanWasAskedForIsGivenBack() {
    exporter.grantsLess = true;
    assertRefused(
        2,
        "the exporter at 127.0.0.1:19675 can lend 64 MiB now, others hold the rest of its 128, the"
            + " path asks for 128: ask for less, or wait 30 s if a program that used it was"
            + " killed");
    assertThat(exporter.lease).as("nothing is kept").isZero();
    assertThat(exporter.operations[MessageLayout.RELEASE]).isEqualTo(1);
  }

  @Test
  void aNewerPagerWasThereBefore() {
    exporter.refuseHelloWith = MessageLayout.SUPERSEDED;
    assertRefused(
        1,
        "the exporter at 127.0.0.1:19675 does not take this space (a newer pager of this space has"
            + " taken over): open it anew");
  }

  @Test
  void theHostIsUnknown() {
    assertRefused(
        borrowing(InetSocketAddress.createUnresolved("nowhere.invalid", 1), 1),
        "the entry: the host nowhere.invalid is unknown: write its address, or one that this"
            + " machine can look up; if it is a file, write ./nowhere.invalid");
  }

  @Test
  void lessThanASlabIsAskedFor() {
    assertThatThrownBy(() -> TestDonors.borrowing(0))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("slabs of 64 MiB");
  }
}
