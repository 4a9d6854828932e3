package io.elasticmemory.samples.bench.report;

import java.util.List;

/** All rows of the report and all sections of its document, in their order. */
public final class Rows {
  private static final String ONE_CPU = "all on one CPU, blocking";
  private static final String NOT_PINNED = "default, nothing pinned";

  private static final List<Row> ALL =
      List.of(
          new PendingRow(
              "hit",
              "access to resident memory, against a plain segment without huge pages",
              Target.atMost(1.02),
              "one thread on one CPU, the pager idle",
              "emp bench hit"),
          new FaultRow("zero", "fault served with zeros, against the C floor", Target.atMost(1.25)),
          new FaultRow(
              "exporter",
              "fault from an exporter over loopback, against C doing the same",
              Target.atMost(1.15)),
          new FaultRow(
              "ssd",
              "fault from SSD, against a C pager with the same pread O_DIRECT and COPY",
              Target.atMost(1.15)),
          ladder(
              "random-remote-swap",
              "random reads, 25 % local, REMOTE, throughput against swap on the same disk",
              Target.atLeast(1.8),
              ONE_CPU),
          ladder(
              "random-remote-swap-unpinned",
              "random reads, 25 % local, REMOTE, throughput against swap on the same disk",
              Target.atLeast(1.2),
              NOT_PINNED),
          ladder(
              "random-remote-mmap",
              "random reads, 25 % local, REMOTE, throughput against a mapped file",
              Target.atLeast(8),
              NOT_PINNED),
          ladder(
              "random-remote-mmap-random",
              "random reads, 25 % local, REMOTE, throughput against a mapped file with MADV_RANDOM",
              Target.atLeast(2),
              NOT_PINNED),
          ladder(
              "random-ssd-swap",
              "random reads, 25 % local, SSD, throughput against swap on the same disk",
              Target.atLeast(1.0),
              NOT_PINNED),
          ladder(
              "zipf-remote-swap",
              "zipf 0.99, 20 % writes, 25 % local, REMOTE, throughput against swap on this disk",
              Target.atLeast(1.5),
              NOT_PINNED),
          ladder(
              "scan-ssd-device",
              "sequential scan, 25 % local, SSD, against the device's own sequential rate",
              Target.atLeast(0.7),
              NOT_PINNED),
          ladder(
              "scan-ssd-swap",
              "sequential scan, 25 % local, SSD, against swap on the same disk",
              Target.atLeast(2),
              NOT_PINNED),
          ladder(
              "scan-ssd-zram",
              "sequential scan, 25 % local, SSD, against zram",
              Target.atLeast(2),
              NOT_PINNED),
          ladder(
              "scan-remote-tcp",
              "sequential scan, 25 % local, REMOTE, against bare TCP and copy into a memfd",
              Target.atLeast(0.6),
              "both on the same CPUs"),
          new PrefetchRow(
              "prefetch-ssd",
              "random 4 KiB, 64 ahead by prefetch, SSD, against the device's rate at depth 64",
              Target.atLeast(0.8),
              NOT_PINNED),
          new PendingRow(
              "fault-compressed",
              "fault from COMPRESSED, against the C floor + LZ4 decompression of the same block",
              Target.atMost(1.25),
              ONE_CPU,
              "tier COMPRESSED in emp bench fault"),
          new PendingRow(
              "threads-8",
              "8 faulting threads against 1 at its best placement, REMOTE, throughput",
              Target.atLeast(2),
              NOT_PINNED,
              "emp bench threads"),
          policy("misses-zipf", "misses against exact LRU, zipf 0.99", Target.atMost(1.0)),
          policy(
              "misses-scan", "misses against exact LRU, scans over a hot set", Target.atMost(0.7)),
          new PendingRow(
              "safepoint-load",
              "GC added while a load waits 1.5 s for a donor",
              Target.atMost(10, "ms"),
              NOT_PINNED,
              "emp bench safepoint"));

  private static final List<Section> SECTIONS = List.of(new FaultSection());

  private Rows() {}

  /** Every row. */
  public static List<Row> all() {
    return ALL;
  }

  /** Every section. */
  static List<Section> sections() {
    return SECTIONS;
  }

  private static Row ladder(String name, String title, Target target, String placement) {
    return new PendingRow(name, title, target, placement, "emp bench ladder");
  }

  private static Row policy(String name, String title, Target target) {
    return new PendingRow(name, title, target, NOT_PINNED, "emp bench policy");
  }
}
