package io.elasticmemory.samples.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Signal;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.ExporterDonor;
import io.elasticmemory.tiering.store.RdmaWish;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What becomes of bytes, and when, if the exporter at the other end of a device fails. The limits
 * are far beyond what is meant to be, because the machine may be emulated and busy; the times are
 * printed. Wanted with {@code -Demp.rdma.address=}, an address of a device.
 */
@EnabledIfSystemProperty(named = "emp.rdma.address", matches = ".+")
class RdmaFailuresOnDevice {
  private static final String ADDRESS = System.getProperty("emp.rdma.address", "");
  private static final String BY_RDMA = "the exporter: bytes go by RDMA";
  private static final String OVER_TCP = "over TCP";
  private static final long SECOND = 1_000_000_000L;
  private static final long LIMIT = 60 * SECOND;

  /** What may be late on a busy machine, beyond what is designed. */
  private static final Duration LATE_MAX = Duration.ofSeconds(10);

  private final Platform platform = Platform.find();
  private final Poller poller = platform.sockets().openPoller();
  private final List<Notice> notices = new CopyOnWriteArrayList<>();
  private static final AtomicLong SPACES = new AtomicLong();

  /** It takes long to start where everything is emulated: only a test that kills it has its own. */
  private static Workplace workplace;

  private static LocalExporter exporter;

  private final long space = SPACES.incrementAndGet();
  private DonorTraffic traffic;

  private record Notice(long nanos, String line) {}

  @BeforeAll
  static void open() throws Exception {
    workplace = Workplace.create();
  }

  @AfterAll
  static void close() {
    workplace.close();
  }

  @BeforeEach
  void start() throws Exception {
    if (exporter == null) {
      String device = platform.verbs(Engine.VERBS).devices().getFirst().name();
      exporter = LocalExporter.start(workplace, 128, "-b", ADDRESS, "-d", device);
    }
    ExporterDonor donor = SlowExporter.connect(() -> connect(1, notices));
    donor.moveTo(poller);
    traffic = new DonorTraffic(donor, poller);
  }

  @AfterEach
  void end() {
    if (traffic != null) {
      traffic.close();
    }
    poller.close();
  }

  private ExporterDonor connect(long epoch, List<Notice> into) {
    InetSocketAddress at = new InetSocketAddress(ADDRESS, exporter.port());
    return ExporterDonor.reach(
        new Borrowing("the exporter", at, 1, space, 0, 0, epoch),
        platform.sockets(),
        Clock.system(),
        line -> into.add(new Notice(System.nanoTime(), line)),
        20_000,
        null,
        new RdmaWish(platform.verbs(Engine.VERBS), "", RdmaWish.PATIENCE, true));
  }

  private void work(long nanos) {
    long before = traffic.done();
    boolean _ = traffic.runUntil(() -> false, nanos);
    assertThat(traffic.done()).as("%s", notices).isGreaterThan(before);
    assertThat(notices).extracting(Notice::line).containsExactly(BY_RDMA);
    assertThat(traffic.unreachable()).isZero();
  }

  private void say(String what, long nanos) {
    System.out.printf("%s: %d ms%n", what, nanos / 1_000_000);
    assertThat(Duration.ofNanos(nanos)).as(what).isLessThan(LATE_MAX);
  }

  private Notice noticeWith(String words) {
    assertThat(
            traffic.runUntil(
                () -> notices.stream().anyMatch(one -> one.line.contains(words)), LIMIT))
        .as("%s", notices)
        .isTrue();
    return notices.stream().filter(one -> one.line.contains(words)).findFirst().orElseThrow();
  }

  @Test
  void aKilledExporterIsNoticedUnderTraffic() {
    work(SECOND);
    long killed = System.nanoTime();
    exporter.process().destroyForcibly();
    exporter = null;
    say("kill -9 under traffic, noticed after", noticeWith(OVER_TCP).nanos - killed);
    assertThat(traffic.runUntil(() -> traffic.unreachable() > 0, LIMIT)).isTrue();
    say("kill -9 under traffic, unreachable after", traffic.firstUnreachableNanos() - killed);
    assertThat(traffic.wrongWords()).isZero();
  }

  @Test
  void aStoppedExporterServesUntilItsConnectionsSayThatItIsSilentAndComesBack() throws Exception {
    work(SECOND);
    long before = traffic.done();
    long stopped = System.nanoTime();
    Signal.STOP.send(exporter.pid());
    Notice lost = noticeWith(OVER_TCP);
    say("SIGSTOP under traffic, noticed after", lost.nanos - stopped);
    System.out.printf(
        "SIGSTOP under traffic: %d transfers done while its CPU stood still%n",
        traffic.done() - before);
    assertThat(traffic.done()).isGreaterThan(before);
    Signal.CONT.send(exporter.pid());
    long continued = System.nanoTime();
    assertThat(traffic.runUntil(() -> notices.getLast().line.equals(BY_RDMA), LIMIT))
        .as("%s", notices)
        .isTrue();
    say("SIGCONT, by RDMA again after", notices.getLast().nanos - continued);
    long then = traffic.done();
    assertThat(traffic.runUntil(() -> traffic.done() > then + 100, LIMIT)).isTrue();
    assertThat(traffic.wrongWords()).isZero();
  }

  @Test
  void aStoppedExporterIsNoticedWhenNothingIsUnderWay() throws Exception {
    work(SECOND / 2);
    assertThat(traffic.drain(LIMIT)).isTrue();
    long stopped = System.nanoTime();
    Signal.STOP.send(exporter.pid());
    assertThat(traffic.idleUntil(() -> notices.getLast().line.contains(OVER_TCP), LIMIT)).isTrue();
    say("SIGSTOP of an idle one, noticed after", notices.getLast().nanos - stopped);
    Signal.CONT.send(exporter.pid());
  }

  @Test
  void aLeaseThatIsTakenOverIsNoticedUnderTraffic() throws Exception {
    work(SECOND);
    long begun = System.nanoTime();
    List<Notice> ofNext = new CopyOnWriteArrayList<>();
    Thread next = Thread.ofPlatform().start(() -> connect(2, ofNext).abandon());
    say("revoked under traffic, noticed after", noticeWith(OVER_TCP).nanos - begun);
    assertThat(traffic.runUntil(() -> traffic.unreachable() > 0, LIMIT)).isTrue();
    say("revoked under traffic, unreachable after", traffic.firstUnreachableNanos() - begun);
    assertThat(traffic.wrongWords()).isZero();
    next.join();
    assertThat(ofNext).extracting(Notice::line).containsExactly(BY_RDMA);
  }

  @Test
  void thereIsNoFalseAlarmInAMinuteOfTraffic() {
    work(60 * SECOND);
    System.out.printf(
        "a minute of traffic: %d transfers, longest pause %d ms%n",
        traffic.done(), traffic.longestPauseNanos() / 1_000_000);
    assertThat(traffic.wrongWords()).isZero();
  }
}
