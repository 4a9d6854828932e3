package io.elasticmemory.samples.bench.fault;

import io.elasticmemory.samples.bench.Median;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What many faults took, in microseconds. A quantile is the smallest sample that is not less than
 * so many of a thousand; nothing is capped or left out.
 *
 * @param p50Micros the median
 * @param p99Micros of a hundred, one was slower
 * @param p999Micros of a thousand, one was slower
 * @param maxMicros the slowest
 * @param serverCpuMicros CPU time a fault of whoever serves it: pager or handler
 * @param exporterCpuMicros CPU time a fault of whoever lends the memory; 0 if nobody does
 */
record Latency(
    double p50Micros,
    double p99Micros,
    double p999Micros,
    double maxMicros,
    double serverCpuMicros,
    double exporterCpuMicros) {

  private static final double NANOS_PER_MICRO = 1000;

  /** Of raw samples, which are sorted here. */
  static Latency of(long[] samplesNanos, long serverCpuNanos, long exporterCpuNanos) {
    Arrays.sort(samplesNanos);
    return ofNanos(
        quantile(samplesNanos, 500),
        quantile(samplesNanos, 990),
        quantile(samplesNanos, 999),
        samplesNanos[samplesNanos.length - 1],
        (double) serverCpuNanos / samplesNanos.length,
        (double) exporterCpuNanos / samplesNanos.length);
  }

  static Latency ofNanos(
      double p50, double p99, double p999, double max, double serverCpu, double exporterCpu) {
    return new Latency(
        p50 / NANOS_PER_MICRO,
        p99 / NANOS_PER_MICRO,
        p999 / NANOS_PER_MICRO,
        max / NANOS_PER_MICRO,
        serverCpu / NANOS_PER_MICRO,
        exporterCpu / NANOS_PER_MICRO);
  }

  /** Each figure the median of the rounds, except the slowest, which stays the slowest of all. */
  static Latency median(List<Latency> rounds) {
    return new Latency(
        median(rounds, Latency::p50Micros),
        median(rounds, Latency::p99Micros),
        median(rounds, Latency::p999Micros),
        rounds.stream().mapToDouble(Latency::maxMicros).max().orElseThrow(),
        median(rounds, Latency::serverCpuMicros),
        median(rounds, Latency::exporterCpuMicros));
  }

  private static double median(List<Latency> rounds, ToDoubleFunction<Latency> figure) {
    return Median.of(rounds.stream().mapToDouble(figure).toArray());
  }

  private static long quantile(long[] sorted, long thousandths) {
    return sorted[(int) ((sorted.length * thousandths + 999) / 1000) - 1];
  }
}
