package io.elasticmemory.tiering.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Poller;
import io.elasticmemory.tiering.store.FakeExporter.Door;
import io.elasticmemory.wire.MessageLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exporters that are greeted before a pager's turn has come. */
class EarlyGreetingsTest {
  private static final int PLACE = 5;
  private static final int ROLES = 2;

  private final FakeExporter exporter = new FakeExporter(2);
  private final Poller poller = exporter.openPoller();
  private final ExporterDonor before = TestDonors.connect(exporter, poller);
  private final EarlyGreetings greetings = new EarlyGreetings();

  private void greet(long epoch) {
    greetings.greet(Map.of(PLACE, () -> begin(epoch)), epoch);
  }

  private ExporterDonor begin(long epoch) {
    Borrowing first = TestDonors.borrowing(exporter.slabs);
    Borrowing next =
        new Borrowing(first.name(), first.address(), first.slabs(), 1, 2, first.donor(), epoch);
    return ExporterDonor.begin(
        next, exporter, exporter.clock(), TestDonors.notices::add, null, null);
  }

  private int hellos() {
    return exporter.operations[MessageLayout.HELLO];
  }

  @Test
  void whoHasTheTurnFindsTheConnectionsMadeAndTheLeaseOfThePagerBefore() {
    long lease = exporter.lease;
    int connections = exporter.connections();
    greet(2);
    assertThat(exporter.connections()).isEqualTo(connections + ROLES);
    assertThat(hellos()).isEqualTo(2 * ROLES);

    ExporterDonor mine = Objects.requireNonNull(greetings.take(PLACE, 2));
    mine.open(TestDonors.TIMEOUT_MILLIS);

    assertThat(hellos()).as("no other is needed").isEqualTo(2 * ROLES);
    assertThat(mine.isNew()).isFalse();
    assertThat(mine.isConnected()).isTrue();
    assertThat(exporter.lease).isEqualTo(lease);
    assertThat(greetings.take(PLACE, 2)).as("taken once").isNull();
  }

  @Test
  void nothingIsLeasedBeforeTheTurn() {
    before.close();
    int leases = exporter.operations[MessageLayout.LEASE];
    greet(2);
    assertThat(exporter.operations[MessageLayout.LEASE]).isEqualTo(leases);
    assertThat(exporter.leasedSlabs).isZero();
  }

  @Test
  void whatWasGreetedInTheNameOfAnotherEpochIsLeft() {
    greet(2);
    assertThat(greetings.take(PLACE, 3)).isNull();
    assertThat(exporter.streams).as("connections left behind").hasSize(ROLES);
  }

  @Test
  void whatNobodyTakesIsLeft() {
    greet(2);
    greetings.abandon();
    assertThat(exporter.streams).as("connections left behind").hasSize(ROLES);
    assertThat(greetings.take(PLACE, 2)).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = Door.class,
      names = {"REFUSING", "HANGING_UP"})
  void anExporterThatCannotBeGreetedIsNotThere(Door door) {
    exporter.door = door;
    greet(2);
    assertThat(greetings.take(PLACE, 2)).isNull();
  }

  @Test
  void anExporterThatCannotEvenBeBegunWithIsNotThere() {
    greetings.greet(
        Map.of(
            PLACE,
            () -> {
              throw new IllegalStateException("out of descriptors");
            }),
        2);
    assertThat(greetings.take(PLACE, 2)).isNull();
  }

  @Test
  void whatIsNotFinishedWhenTheTurnComesIsFinishedThen() {
    Map<Integer, Supplier<ExporterDonor>> exporters = new LinkedHashMap<>();
    AtomicReference<ExporterDonor> taken = new AtomicReference<>();
    exporter.answers = false;
    exporters.put(PLACE, () -> begin(2));
    exporters.put(PLACE + 1, () -> take(taken));
    greetings.greet(exporters, 2);

    ExporterDonor mine = taken.get();
    assertThat(mine.isConnected()).isFalse();
    exporter.answers = true;
    mine.open(TestDonors.TIMEOUT_MILLIS);
    assertThat(mine.isConnected()).isTrue();
    assertThat(mine.isNew()).isFalse();
  }

  private ExporterDonor take(AtomicReference<ExporterDonor> taken) {
    taken.set(Objects.requireNonNull(greetings.take(PLACE, 2)));
    throw new IllegalStateException("the turn has come");
  }

  @Test
  void nobodyElseGreetsWhatWasAskedForInItsTurn() {
    int connections = exporter.connections();
    assertThat(greetings.take(PLACE, 2)).isNull();
    greet(2);
    assertThat(exporter.connections()).isEqualTo(connections);
  }

  @Test
  void whoHasTheTurnDoesNotWaitForAnotherThatIsSilent() throws InterruptedException {
    exporter.answers = false;
    Thread greeting = Thread.ofPlatform().start(() -> greet(2));
    long slowestNanos = 0;
    for (int place = 0; greeting.isAlive() && place < PLACE; place++) {
      long begun = System.nanoTime();
      assertThat(greetings.take(place, 2)).isNull();
      slowestNanos = Math.max(slowestNanos, System.nanoTime() - begun);
      Thread.sleep(20);
    }
    boolean wasGreeting = greeting.isAlive();
    greetings.close();
    greeting.join();
    assertThat(wasGreeting).isTrue();
    assertThat(slowestNanos).isLessThan(TimeUnit.MILLISECONDS.toNanos(500));
  }

  @Test
  void nothingIsGreetedAnyMoreWhenAllHasBeenOpened() {
    greet(2);
    greetings.close();
    assertThat(exporter.streams).as("connections left behind").hasSize(ROLES);
    int connections = exporter.connections();
    greet(3);
    assertThat(exporter.connections()).isEqualTo(connections);
    assertThat(greetings.take(PLACE, 3)).isNull();
  }
}
