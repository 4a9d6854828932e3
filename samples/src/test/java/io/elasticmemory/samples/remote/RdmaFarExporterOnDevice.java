package io.elasticmemory.samples.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.EmpException;
import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Poller;
import io.elasticmemory.tiering.store.Borrowing;
import io.elasticmemory.tiering.store.ExporterDonor;
import io.elasticmemory.tiering.store.RdmaWish;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * An exporter on another machine, which somebody who reads what is said here stops, continues and
 * kills: nothing answers then, and nothing says why. The limits are far beyond what is meant to be,
 * because the machines may be emulated and busy; the times are printed.
 */
@EnabledIfSystemProperty(named = "emp.rdma.address", matches = ".+")
class RdmaFarExporterOnDevice {
  private static final InetSocketAddress FAR = new InetSocketAddress("10.0.0.2", 19675);
  private static final String OVER_TCP = "over TCP";
  private static final String BY_RDMA = "the exporter: bytes go by RDMA";
  private static final long SECOND = 1_000_000_000L;
  private static final long LIMIT = 60 * SECOND;
  private static final Duration LATE_MAX = Duration.ofSeconds(10);

  private final Platform platform = Platform.find();
  private final Poller poller = platform.sockets().openPoller();
  private final List<String> notices = new CopyOnWriteArrayList<>();

  private ExporterDonor connect() throws InterruptedException {
    long end = System.nanoTime() + 2 * LIMIT;
    while (true) {
      try {
        ExporterDonor donor =
            ExporterDonor.reach(
                new Borrowing("the exporter", FAR, 1, 7, 0, 0, 1),
                platform.sockets(),
                Clock.system(),
                notices::add,
                20_000,
                null,
                new RdmaWish(platform.verbs(Engine.VERBS), "", RdmaWish.PATIENCE, true));
        donor.moveTo(poller);
        return donor;
      } catch (EmpException e) { // it is not there yet
        assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(end);
        Thread.sleep(200);
      }
    }
  }

  private static void say(String what, long since) {
    long nanos = System.nanoTime() - since;
    System.out.printf("%s: %d ms%n", what, nanos / 1_000_000);
    assertThat(Duration.ofNanos(nanos)).as(what).isLessThan(LATE_MAX);
  }

  @Test
  void isNoticedWhenNothingAnswersAnyMore() throws Exception {
    try (DonorTraffic traffic = new DonorTraffic(connect(), poller)) {
      assertThat(notices).containsExactly(BY_RDMA);
      assertThat(traffic.runUntil(() -> traffic.done() > 200, LIMIT)).isTrue();
      assertThat(traffic.drain(LIMIT)).isTrue();

      long stopped = System.nanoTime();
      System.out.println("the exporter is idle: stop it now");
      assertThat(traffic.idleUntil(() -> notices.getLast().contains(OVER_TCP), LIMIT)).isTrue();
      say("an idle exporter whose machine stands still, noticed after", stopped);
      long continued = System.nanoTime();
      System.out.println("it is noticed: continue it now");
      assertThat(traffic.runUntil(() -> notices.getLast().equals(BY_RDMA), LIMIT))
          .as("%s", notices)
          .isTrue();
      say("an exporter whose machine goes on, by RDMA again after", continued);

      long again = traffic.done() + 200;
      assertThat(traffic.runUntil(() -> traffic.done() > again, LIMIT)).isTrue();
      long before = traffic.unreachable();
      int said = notices.size();
      long killed = System.nanoTime();
      System.out.println("it is under way: kill it now");
      assertThat(traffic.runUntil(() -> notices.size() > said, LIMIT)).isTrue();
      say("a machine that is gone under traffic, noticed after", killed);
      assertThat(traffic.runUntil(() -> traffic.unreachable() > before, LIMIT)).isTrue();
      say("a machine that is gone under traffic, unreachable after", killed);
      System.out.println(notices);
      assertThat(notices.get(said)).contains("does not acknowledge");
      assertThat(traffic.wrongWords()).isZero();
    }
  }
}
