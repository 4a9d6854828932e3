package io.elasticmemory.samples.bench.fault;

import io.elasticmemory.EmpException;
import io.elasticmemory.samples.process.CProgram;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;

/**
 * The floor: {@code fault_floor.c}, compiled on the spot, which does the work of a fault with the
 * least that can do it.
 */
final class FaultFloor {
  private static final int RUN_SECONDS_MAX = 600;

  private final Workplace workplace;
  private final CProgram program;

  private FaultFloor(Workplace workplace, CProgram program) {
    this.workplace = workplace;
    this.program = program;
  }

  /**
   * Compiles it into the workplace.
   *
   * @throws EmpException if there is no C compiler
   */
  static FaultFloor compile(Workplace workplace) throws IOException {
    return new FaultFloor(workplace, CProgram.compile(workplace, FaultFloor.class, "fault_floor"));
  }

  /** Runs it: so many faults are measured, as many go before them. */
  Latency run(FaultTier tier, int faults, Placement placement) throws IOException {
    return parse(
        program.run(
            RUN_SECONDS_MAX,
            tier.label(),
            Integer.toString(faults),
            Integer.toString(placement.application()),
            Integer.toString(placement.pager()),
            Integer.toString(placement.exporter()),
            placement.spins() ? "spin" : "block",
            workplace.directory().toString()));
  }

  static Latency parse(String line) {
    return Latency.ofNanos(
        CProgram.number(line, "p50Nanos"),
        CProgram.number(line, "p99Nanos"),
        CProgram.number(line, "p999Nanos"),
        CProgram.number(line, "maxNanos"),
        CProgram.number(line, "handlerCpuNanos"),
        CProgram.number(line, "exporterCpuNanos"));
  }
}
