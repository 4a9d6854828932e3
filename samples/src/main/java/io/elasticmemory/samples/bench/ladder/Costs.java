package io.elasticmemory.samples.bench.ladder;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.bench.fault.CpuTime;
import io.elasticmemory.samples.process.ProcessMemory;
import java.util.List;

/**
 * What a run has cost so far.
 *
 * @param misses -1 if the kernel counts them
 */
record Costs(
    long misses, KernelFaults faults, long applicationNanos, long pagerNanos, long exporterNanos) {

  /**
   * Of this process and those that work for it.
   *
   * @param pagerPid 0 without a pager
   * @param misses so far, -1 if the kernel counts them
   */
  static Costs now(long misses, long pagerPid, List<Long> exporterPids) {
    return new Costs(
        misses,
        KernelFaults.own(),
        CpuTime.nanos(ProcessHandle.current().pid()),
        pagerPid == 0 ? 0 : CpuTime.nanos(pagerPid),
        exporterPids.stream().mapToLong(CpuTime::nanos).sum());
  }

  Costs since(Costs before) {
    return new Costs(
        misses < 0 ? misses : misses - before.misses,
        faults.since(before.faults),
        applicationNanos - before.applicationNanos,
        pagerNanos - before.pagerNanos,
        exporterNanos - before.exporterNanos);
  }

  /** Says it, and what memory the others have now. */
  void put(JsonObject json, long pagerPid, List<Long> exporterPids) {
    json.put("misses", misses < 0 ? faults.major() : misses)
        .put("majorFaults", faults.major())
        .put("minorFaults", faults.minor())
        .put("applicationCpuSeconds", applicationNanos / 1e9)
        .put("pagerCpuSeconds", pagerNanos / 1e9)
        .put("exporterCpuSeconds", exporterNanos / 1e9)
        .put("pagerPssBytes", pagerPid == 0 ? 0 : ProcessMemory.pssBytes(pagerPid))
        .put("exporterPssBytes", exporterPids.stream().mapToLong(ProcessMemory::pssBytes).sum());
  }
}
