package io.elasticmemory.samples.bench.rdma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.verbs.WorkStatus;
import io.elasticmemory.port.verbs.testing.FakeFabric;
import io.elasticmemory.port.verbs.testing.FakeVerbs;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RdmaRoundTripsTest {
  private final FakeFabric fabric = new FakeFabric();
  private final InetAddress address = InetAddress.ofLiteral("10.0.0.7");
  private final FakeVerbs verbs = fabric.host(address, true);

  @Test
  void makesSoManyOfEachKindAsAreMeasuredAndAsManyBefore() {
    try (RdmaRoundTrips trips = RdmaRoundTrips.connect(verbs, address)) {
      for (RoundTrip kind : RoundTrip.values()) {
        int before = fabric.posts();
        assertThat(trips.medianNanos(kind, 30)).isPositive();
        assertThat(fabric.posts() - before).isEqualTo(60);
      }
    }
    assertThat(verbs.regions()).isZero();
  }

  @Test
  void saysHowAnOperationFailed() {
    try (RdmaRoundTrips trips = RdmaRoundTrips.connect(verbs, address)) {
      fabric.endAs(WorkStatus.REMOTE_ACCESS);
      assertThatThrownBy(() -> trips.medianNanos(RoundTrip.READ, 1))
          .isInstanceOf(EmpException.class)
          .hasMessageContaining("REMOTE_ACCESS");
    }
  }

  @Test
  void saysThatThereIsNoDevice() {
    verbs.hasDevice(false);
    assertThatThrownBy(() -> RdmaRoundTrips.connect(verbs, address))
        .isInstanceOf(EmpException.class);
  }

  @Test
  void comparesMediansOfRounds() {
    RdmaPlan plan = new RdmaPlan(address, 10, 3);
    RdmaResult result =
        new RdmaResult(plan, List.of(round(100, 100), round(150, 100), round(900, 100)));
    assertThat(result.ratio(RoundTrip.READ)).isCloseTo(1.5, within(1e-9));
  }

  private static RdmaResult.Round round(long java, long floor) {
    return new RdmaResult.Round(
        Map.of(RoundTrip.READ, java, RoundTrip.WRITE, java, RoundTrip.SWAP, java),
        Map.of(RoundTrip.READ, floor, RoundTrip.WRITE, floor, RoundTrip.SWAP, floor));
  }
}
