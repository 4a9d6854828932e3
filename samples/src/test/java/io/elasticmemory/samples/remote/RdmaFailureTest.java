package io.elasticmemory.samples.remote;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.exporter.ExporterSettings;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.port.verbs.WorkStatus;
import io.elasticmemory.tiering.store.ExporterDonor;
import io.elasticmemory.tiering.store.RdmaWish;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of bytes when RDMA fails: a real exporter on loopback, and a fabric in memory. */
class RdmaFailureTest {
  private static final String BY_RDMA = "the exporter: bytes go by RDMA";
  private static final int BYTES = 4096;
  private static final long PATIENCE_NANOS = 30_000_000_000L;
  private static final long SIGN_OF_LIFE_NANOS = 1_000_000_000L;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment frames = arena.allocate(64 * BYTES, 4096);
  private final RdmaExporter exporter = new RdmaExporter();
  private final List<ExporterDonor> donors = new ArrayList<>();
  private ExporterDonor donor;

  @AfterEach
  void close() {
    exporter.fabric.release();
    donors.forEach(ExporterDonor::close);
    if (exporter.exporter != null) {
      exporter.exporter.close();
    }
    arena.close();
  }

  private RdmaWish wish() {
    return new RdmaWish(exporter.here, "", RdmaWish.PATIENCE, true);
  }

  private void connect() {
    exporter.start(Donor.SLAB_BYTES);
    donor = connect(7, exporter.notices, wish());
  }

  private ExporterDonor connect(long space, List<String> notices, RdmaWish wish) {
    ExporterDonor made = exporter.connect(Donor.SLAB_BYTES, space, notices, wish);
    donors.add(made);
    return made;
  }

  private Transfer start(ExporterDonor to, boolean write, int slot, int frame) {
    Transfer transfer = new Transfer();
    transfer.ask(write, !write, (long) slot * BYTES, frames, (long) frame * BYTES, BYTES);
    transfer.end(null);
    assertThat(to.start(transfer)).isTrue();
    return transfer;
  }

  private void turn(ExporterDonor one) {
    exporter.poller.await(1_000_000);
    one.poll(_ -> {});
  }

  private void await(ExporterDonor one, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time: %s", exporter.notices).isLessThan(end);
      turn(one);
    }
  }

  private void awaitEnd(ExporterDonor one, Transfer transfer, Outcome outcome) {
    await(one, () -> transfer.outcome() != null);
    assertThat(transfer.outcome()).as(one.lastFailure()).isEqualTo(outcome);
  }

  private void store(ExporterDonor to, int slot, long value) {
    frames.set(JAVA_LONG, 0, value);
    awaitEnd(to, start(to, true, slot, 0), Outcome.DONE);
  }

  private long load(ExporterDonor from, int slot) {
    awaitEnd(from, start(from, false, slot, 1), Outcome.DONE);
    return frames.get(JAVA_LONG, BYTES);
  }

  @Test
  void readsGoOnOverTcp() {
    connect();
    store(donor, 3, 33);
    exporter.fabric.endAs(WorkStatus.RETRY_EXCEEDED);
    assertThat(load(donor, 3)).isEqualTo(33);
    assertThat(exporter.notices)
        .containsExactly(
            BY_RDMA,
            "the exporter: no RDMA (the exporter does not acknowledge), bytes go over TCP");
  }

  /** As a pager does that has nothing else to do. */
  private long nanosOfIdleRead(int slot) {
    long begun = System.nanoTime();
    Transfer read = start(donor, false, slot, 1);
    donor.poll(_ -> {});
    while (read.outcome() == null) {
      assertThat(System.nanoTime() - begun).isLessThan(PATIENCE_NANOS);
      exporter.poller.await(donor.hasWork() ? 0 : donor.nanosToNextEvent());
      donor.poll(_ -> {});
    }
    assertThat(read.outcome()).isEqualTo(Outcome.DONE);
    return System.nanoTime() - begun;
  }

  @Test
  void readsDoNotWaitForTheNextSignOfLifeToGoOverTcp() {
    connect();
    store(donor, 3, 33);
    int slow = 0;
    for (int i = 0; i < 6; i++) {
      await(donor, () -> exporter.notices.getLast().equals(BY_RDMA));
      exporter.fabric.endAs(WorkStatus.REMOTE_ACCESS);
      slow += nanosOfIdleRead(3) > SIGN_OF_LIFE_NANOS / 2 ? 1 : 0;
    }
    assertThat(slow).as("reads that waited").isLessThan(2);
  }

  @Test
  void writesGoOnWhenNothingThatWasSentCanLandAnyMore() {
    connect();
    exporter.fabric.hold();
    frames.set(JAVA_LONG, 0, 1);
    Transfer first = start(donor, true, 3, 0);
    Transfer second = start(donor, true, 4, 0);
    await(donor, () -> exporter.fabric.underWay() == 2);
    exporter.fabric.endAs(WorkStatus.SUCCESS, WorkStatus.OTHER);
    exporter.fabric.release(2); // the second fails
    awaitEnd(donor, first, Outcome.DONE);
    awaitEnd(donor, second, Outcome.DONE);
    assertThat(load(donor, 4)).isEqualTo(1);
  }

  @Test
  void whatWasSentByAFailedPathNeverOverwritesWhatIsWrittenLater() {
    connect();
    exporter.fabric.hold();
    frames.set(JAVA_LONG, 5 * BYTES, 1);
    Transfer held = start(donor, true, 3, 5);
    await(donor, () -> exporter.fabric.underWay() == 1);
    Transfer read = start(donor, false, 9, 2);
    await(donor, () -> exporter.fabric.underWay() == 2);
    exporter.fabric.releaseLast(WorkStatus.RETRY_EXCEEDED); // the read fails: the write may be sent
    awaitEnd(donor, read, Outcome.DONE);
    awaitEnd(donor, held, Outcome.DONE);
    store(donor, 3, 2);
    exporter.fabric.landStrays();
    assertThat(load(donor, 3)).isEqualTo(2);
  }

  @Test
  void comesBack() {
    connect();
    exporter.fabric.endAs(WorkStatus.REMOTE_ACCESS);
    store(donor, 5, 55);
    await(donor, () -> exporter.notices.size() == 3);
    assertThat(exporter.notices.get(2)).isEqualTo(BY_RDMA);
    int posts = exporter.fabric.posts();
    assertThat(load(donor, 5)).isEqualTo(55);
    assertThat(exporter.fabric.posts()).isGreaterThan(posts);
  }

  @Test
  void aPortThatGoesDownIsSaidOnceAndItComesBackWithIt() {
    connect();
    store(donor, 3, 33);
    exporter.here.portGoesDown();
    await(donor, () -> exporter.notices.size() >= 2);
    assertThat(exporter.notices.get(1))
        .isEqualTo("the exporter: no RDMA (the port of fake-127.0.0.2 is down), bytes go over TCP");
    assertThat(load(donor, 3)).isEqualTo(33);
    exporter.here.portComesUp();
    await(donor, () -> exporter.notices.getLast().equals(BY_RDMA));
    assertThat(load(donor, 3)).isEqualTo(33);
  }

  @Test
  void anExporterWhoseDeviceIsPulledOutGoesOnOverTcpAndEndsInOrder() {
    connect();
    store(donor, 3, 33);
    exporter.there.removeDevice();
    assertThat(load(donor, 3)).isEqualTo(33);
    donor.close();
    exporter.exporter.close();
    assertThat(exporter.there.regions()).as("nothing is registered any more").isZero();
  }

  @Test
  void whoHasThreadsThatWaitDoesNotWaitForIt() {
    exporter.start(Donor.SLAB_BYTES);
    donor = connect(7, exporter.notices, new RdmaWish(exporter.here, "", RdmaWish.PATIENCE, false));
    assertThat(exporter.notices).isEmpty();
    store(donor, 1, 11);
    await(donor, () -> !exporter.notices.isEmpty());
    assertThat(exporter.notices).containsExactly(BY_RDMA);
    assertThat(load(donor, 1)).isEqualTo(11);
    assertThat(exporter.fabric.posts()).isPositive();
  }

  @Test
  void doesWithoutWhereThisMachineHasNone() {
    exporter.start(Donor.SLAB_BYTES);
    exporter.here.hasDevice(false);
    donor = connect(7, exporter.notices, wish());
    store(donor, 1, 11);
    assertThat(load(donor, 1)).isEqualTo(11);
    assertThat(exporter.notices)
        .containsExactly("the exporter: no RDMA (there is no way by RDMA), bytes go over TCP");
    assertThat(exporter.fabric.posts()).isZero();
  }

  @Test
  void doesWithoutWhereTheExporterHasNone() {
    exporter.start(ExporterSettings.lending(Donor.SLAB_BYTES));
    donor = connect(7, exporter.notices, wish());
    store(donor, 1, 11);
    assertThat(load(donor, 1)).isEqualTo(11);
    assertThat(exporter.notices)
        .containsExactly(
            "the exporter: the exporter has no RDMA (-d), bytes go over TCP: start it with a"
                + " device");
  }

  @Test
  void anExporterRefusesADeviceThatIsNotThere() {
    assertThatThrownBy(
            () -> exporter.start(ExporterSettings.lending(Donor.SLAB_BYTES).withDevice("mlx5_9")))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("RDMA device -d mlx5_9 does not listen on 127.0.0.1")
        .hasMessageContaining("devices here are [fake-127.0.0.1]");
  }

  @Test
  void anExporterThatMayNotLockAllItLendsSaysHowMuchThatTakes() {
    exporter.there.allow(Donor.SLAB_BYTES + 4096);
    assertThatThrownBy(() -> exporter.start(2 * Donor.SLAB_BYTES))
        .isInstanceOf(EmpException.class)
        .hasMessage(
            "RDMA device -d fake-127.0.0.1 takes 64 of the 128 MiB to lend (registering 65536 KiB:"
                + " raise ulimit -l, which is 65540 KiB): let this process lock 131072 KiB and some"
                + " more (ulimit -l), or lend less with -m");
    assertThat(exporter.there.regions()).as("nothing stays registered").isZero();
  }

  @Test
  void aLeaseThatIsGivenBackIsReachableNoMoreAndZeroForTheNext() {
    connect();
    store(donor, 3, 33);
    assertThat(exporter.there.regions()).as("a slab and the directory").isEqualTo(2);
    donor.close();
    ExporterDonor next = connect(8, exporter.notices, wish());
    assertThat(exporter.there.regions()).isEqualTo(2);
    assertThat(load(next, 3)).isZero();
  }

  @Test
  void theEndOfOneClientIsNoticedByNoOther() {
    exporter.start(2 * Donor.SLAB_BYTES);
    List<String> ofOther = new ArrayList<>();
    donor = connect(7, exporter.notices, wish());
    ExporterDonor other = connect(8, ofOther, wish());
    store(donor, 3, 33);
    store(other, 3, 34);
    donor.close();
    assertThat(load(other, 3)).isEqualTo(34);
    assertThat(ofOther).containsExactly(BY_RDMA);
  }

  @Test
  void whoTakesASpaceOverIsSafeFromWritesOfTheOneBefore() {
    connect();
    store(donor, 3, 1);
    exporter.fabric.hold();
    frames.set(JAVA_LONG, 5 * BYTES, 2);
    start(donor, true, 3, 5);
    await(donor, () -> exporter.fabric.underWay() == 1);
    ExporterDonor successor = connect(7, new ArrayList<>(), null);
    store(successor, 3, 3);
    exporter.fabric.release();
    exporter.fabric.landStrays();
    assertThat(load(successor, 3)).isEqualTo(3);
  }

  @Test
  void anExporterThatEndsIsNoticedByItsConnectionsAndNothingIsLostInSilence() {
    connect();
    store(donor, 3, 33);
    exporter.exporter.close();
    Transfer read = start(donor, false, 3, 1);
    awaitEnd(donor, read, Outcome.UNREACHABLE);
  }
}
