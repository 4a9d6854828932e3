package io.elasticmemory.samples.bench.ladder;

/** What is known about a run; the names are those of JSON fields. */
public enum Figure {
  /** Accesses of a second. */
  accessesPerSecond,
  /** Megabytes read in a second, where whole pages are read; 0 elsewhere. */
  megabytesPerSecond,
  /** Accesses that had to wait for bytes from elsewhere, per access. */
  missRate,
  /** The median of the timed accesses. */
  p50Micros,
  /** Of a hundred timed accesses, one was slower. */
  p99Micros,
  /** Of a thousand timed accesses, one was slower. */
  p999Micros,
  /** The slowest of the timed accesses, of all rounds. */
  maxMicros,
  /** How many were timed. */
  timedAccesses,
  /** Major faults of the application, per access. */
  majorFaultsPerAccess,
  /** Minor faults of the application, per access. */
  minorFaultsPerAccess,
  /** CPU time of the application, system time included, so the kernel's paging too. */
  applicationCpuSeconds,
  /** CPU time of the pager. */
  pagerCpuSeconds,
  /** CPU time of the exporter, or of the sender of the floor. */
  exporterCpuSeconds,
  /** CPU time of all three, per access. */
  cpuMicrosPerAccess,
  /** Memory of the pager. */
  pagerPssBytes,
  /** Memory of the exporter, with what it lends. */
  exporterPssBytes,
  /** Local memory for data. */
  localBytes,
  /** The limit of the cgroup; 0 without one. */
  limitBytes,
  /** What of it is for the program itself; 0 without one. */
  ownBytes,
  /** Bytes in zram before compression, at the end. */
  zramDataBytes,
  /** Memory that zram takes, outside of any limit, at the end. */
  zramUsedBytes,
  /** vm.page-cluster; -1 where it does not matter. */
  pageCluster,
  /** What is read ahead of a mapped file, in KiB, unless it was told otherwise; -1 elsewhere. */
  readAheadKib,
  /** How often it had to be repeated because the kernel had killed the program; most of all. */
  repeats,
  /** How long the memory took to be filled. */
  fillSeconds,
  /** How long the pass over all of it took. */
  passSeconds,
  /** How long it was measured. */
  seconds,
  /** Accesses measured. */
  accesses
}
