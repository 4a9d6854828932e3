package io.elasticmemory.samples.bench.footprint;

/**
 * CPU that a space takes which nobody uses, over an exporter and a spill file.
 *
 * @param seconds how long it was looked at
 * @param applicationCpuSeconds of the program that has opened it, with all that its JVM does by
 *     itself
 * @param pagerCpuSeconds of its pager
 * @param exporterCpuSeconds of the exporter
 */
record Idle(
    double seconds,
    double applicationCpuSeconds,
    double pagerCpuSeconds,
    double exporterCpuSeconds) {

  /** All three together, of one CPU. */
  double percent() {
    return 100 * (applicationCpuSeconds + pagerCpuSeconds + exporterCpuSeconds) / seconds;
  }
}
