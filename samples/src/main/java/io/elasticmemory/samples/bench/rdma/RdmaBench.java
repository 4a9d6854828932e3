package io.elasticmemory.samples.bench.rdma;

import io.elasticmemory.port.verbs.Verbs;
import io.elasticmemory.samples.bench.fault.Placement;
import io.elasticmemory.samples.process.CProgram;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Measures round trips by RDMA and beside each round the same in C: one operation is posted and
 * looked for until it has ended, on a connection of the process to itself.
 */
public final class RdmaBench {
  private static final int FLOOR_SECONDS_MAX = 600;

  private final RdmaPlan plan;
  private final Verbs verbs;
  private final Workplace workplace;

  /**
   * A bench that has not begun.
   *
   * @param workplace for the C program
   */
  public RdmaBench(RdmaPlan plan, Verbs verbs, Workplace workplace) {
    this.plan = plan;
    this.verbs = verbs;
    this.workplace = workplace;
  }

  /**
   * Runs it.
   *
   * @throws io.elasticmemory.EmpException if there is no device, or no C compiler
   */
  public RdmaResult run() throws IOException {
    CProgram floor =
        CProgram.compile(workplace, Placement.class, "rdma_floor", "-lrdmacm", "-libverbs");
    List<RdmaResult.Round> rounds = new ArrayList<>();
    try (RdmaRoundTrips trips = RdmaRoundTrips.connect(verbs, plan.address())) {
      measure(trips); // so that it is compiled
      for (int i = 0; i < plan.rounds(); i++) {
        rounds.add(new RdmaResult.Round(measure(trips), measure(floor)));
      }
    }
    return new RdmaResult(plan, rounds);
  }

  private Map<RoundTrip, Long> measure(RdmaRoundTrips trips) {
    Map<RoundTrip, Long> nanos = new EnumMap<>(RoundTrip.class);
    for (RoundTrip kind : RoundTrip.values()) {
      nanos.put(kind, trips.medianNanos(kind, plan.roundTrips()));
    }
    return nanos;
  }

  private Map<RoundTrip, Long> measure(CProgram floor) throws IOException {
    String line =
        floor.run(
            FLOOR_SECONDS_MAX,
            plan.address().getHostAddress(),
            Integer.toString(plan.roundTrips()));
    Map<RoundTrip, Long> nanos = new EnumMap<>(RoundTrip.class);
    for (RoundTrip kind : RoundTrip.values()) {
      nanos.put(kind, CProgram.number(line, kind.field()));
    }
    return nanos;
  }
}
