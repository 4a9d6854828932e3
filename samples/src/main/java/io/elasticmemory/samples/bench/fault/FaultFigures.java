package io.elasticmemory.samples.bench.fault;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.Median;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What was measured for one tier and size of blocks.
 *
 * @param tier where the bytes came from
 * @param blockBytes bytes of a block
 * @param subblockBytes bytes that a fault waits for
 * @param rounds in the order in which they were measured
 * @param faults in all rounds
 * @param shardAllocatedBytes what the pager's thread allocated in its heap meanwhile, with what it
 *     needed to evict what had been fetched
 * @param pagerPssBytes memory of the pager at the end
 * @param exporterPssBytes memory of the exporter at the end; 0 without one
 */
public record FaultFigures(
    FaultTier tier,
    int blockBytes,
    int subblockBytes,
    List<Round> rounds,
    long faults,
    long shardAllocatedBytes,
    long pagerPssBytes,
    long exporterPssBytes) {

  /**
   * Floor and EMP, one after the other.
   *
   * @param emp a fault served by a pager
   * @param floor the same work in C, if it was asked for
   */
  record Round(Latency emp, Optional<Latency> floor) {
    double ratioP50() {
      return emp.p50Micros() / floor.orElseThrow().p50Micros();
    }
  }

  public FaultFigures {
    rounds = List.copyOf(rounds);
  }

  Latency emp() {
    return Latency.median(rounds.stream().map(Round::emp).toList());
  }

  Optional<Latency> floor() {
    List<Latency> floors = rounds.stream().flatMap(round -> round.floor().stream()).toList();
    return floors.isEmpty() ? Optional.empty() : Optional.of(Latency.median(floors));
  }

  /** The median of the rounds' own ratios: both sides of each saw the same disturbance. */
  double ratioP50() {
    return Median.of(rounds.stream().mapToDouble(Round::ratioP50).toArray());
  }

  /** Bytes a fault that the pager's thread has allocated. */
  public double allocatedBytesPerFault() {
    return (double) shardAllocatedBytes / faults;
  }

  JsonObject toJson() {
    Latency emp = emp();
    JsonObject json =
        new JsonObject()
            .put("tier", tier.label())
            .put("blockBytes", blockBytes)
            .put("subblockBytes", subblockBytes)
            .put("p50Micros", emp.p50Micros())
            .put("p99Micros", emp.p99Micros())
            .put("p999Micros", emp.p999Micros())
            .put("maxMicros", emp.maxMicros())
            .put("pagerCpuMicros", emp.serverCpuMicros())
            .put("pagerCpuSeconds", cpuSeconds(Latency::serverCpuMicros))
            .put("exporterCpuMicros", emp.exporterCpuMicros())
            .put("exporterCpuSeconds", cpuSeconds(Latency::exporterCpuMicros))
            .put("pagerPssBytes", pagerPssBytes)
            .put("exporterPssBytes", exporterPssBytes);
    floor().ifPresent(floor -> putFloor(json, floor));
    return json.put("faults", faults)
        .put("shardAllocatedBytes", shardAllocatedBytes)
        .put("allocatedBytesPerFault", allocatedBytesPerFault());
  }

  /** Of all measured faults together. */
  private double cpuSeconds(ToDoubleFunction<Latency> microsPerFault) {
    return rounds.stream().map(Round::emp).mapToDouble(microsPerFault).sum()
        * ((double) faults / rounds.size())
        / 1e6;
  }

  private void putFloor(JsonObject json, Latency floor) {
    json.put("floorP50Micros", floor.p50Micros())
        .put("floorP99Micros", floor.p99Micros())
        .put("floorP999Micros", floor.p999Micros())
        .put("floorMaxMicros", floor.maxMicros())
        .put("floorHandlerCpuMicros", floor.serverCpuMicros())
        .put("floorExporterCpuMicros", floor.exporterCpuMicros())
        .put("ratioP50", ratioP50());
  }
}
