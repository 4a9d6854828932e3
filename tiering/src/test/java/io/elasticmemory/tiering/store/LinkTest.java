package io.elasticmemory.tiering.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Poller;
import io.elasticmemory.tiering.store.LinkFailure.Trouble;
import io.elasticmemory.wire.MessageLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How soon one connection notices that nobody is there any more, in a world of one thread. */
class LinkTest {
  private final FakeExporter exporter = new FakeExporter(1);
  private final Poller poller = exporter.openPoller();
  private final List<String> lost = new ArrayList<>();
  private final Link link =
      new Link(
          TestDonors.borrowing(1),
          MessageLayout.BULK,
          exporter,
          poller,
          new Host(),
          exporter.clock().nanoTime(),
          null);

  private final class Host implements Link.Host {
    @Override
    public @Nullable String objection(Welcome welcome) {
      return null;
    }

    @Override
    public void lost(Link link, Trouble trouble, String why) {
      lost.add(trouble + ": " + why);
    }

    @Override
    public void made(Link link) {}
  }

  @BeforeEach
  void connect() {
    run(10);
    link.use(exporter.instance, 0, false);
    assertThat(link.isReady()).isTrue();
  }

  /** As long as it says, and no longer, it is not looked at. */
  private void run(long millis) {
    long end = exporter.clock().nanoTime() + millis * 1_000_000;
    while (exporter.clock().nanoTime() - end < 0) {
      long now = exporter.clock().nanoTime();
      link.turn(now);
      poller.await(Math.min(end - now, link.nanosToNextEvent(now)));
    }
    link.turn(exporter.clock().nanoTime());
  }

  @Test
  void noticesASilentExporterAfterFiveSeconds() {
    exporter.answers = false;
    run(4_980);
    assertThat(lost).isEmpty();
    run(20);
    assertThat(lost).containsExactly("SILENT: silent for 4 s");
  }

  @Test
  void noticesItWithinThreeSecondsWhileItIsWatchedClosely() {
    link.watchClosely(true);
    exporter.answers = false;
    run(2_480);
    assertThat(lost).isEmpty();
    run(20);
    assertThat(lost).containsExactly("SILENT: silent for 2 s");
  }

  @Test
  void isNotAlarmedByAnExporterThatAnswersSlowly() {
    link.watchClosely(true);
    for (int i = 0; i < 30; i++) {
      exporter.answers = false;
      run(1_900);
      exporter.answers = true;
      run(100);
    }
    assertThat(lost).isEmpty();
    assertThat(link.isReady()).isTrue();
  }

  @Test
  void waitsNoLongerThanASecondForOneThatIsInDoubt() {
    run(100);
    exporter.answers = false;
    link.doubt(exporter.clock().nanoTime());
    run(980);
    assertThat(lost).isEmpty();
    run(20);
    assertThat(lost).containsExactly("SILENT: silent for 1 s");
  }

  @Test
  void doubtsNoMoreWhatHasAnswered() {
    link.doubt(exporter.clock().nanoTime());
    run(500);
    exporter.answers = false;
    run(4_400);
    assertThat(lost).isEmpty();
  }
}
