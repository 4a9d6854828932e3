package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.bench.report.LadderRow.LadderRun;
import java.util.List;
import java.util.stream.Stream;

/** All rows of the report and all sections of its document, in their order. */
public final class Rows {
  private static final double FOOTPRINT_SECONDS = 55;
  private static final double AGENT_SECONDS = 60;
  private static final double PREFETCH_SECONDS = 35;
  private static final double THREADS_SECONDS = 80;
  private static final String NOT_PINNED = "default, nothing pinned";

  private static final LadderRun RANDOM =
      new LadderRun(
          "random",
          0,
          "one",
          4096,
          List.of("remote", "ssd", "swap", "mmap", "mmap-128k", "mmap-random"));
  private static final LadderRun RANDOM_UNPINNED =
      new LadderRun("random", 0, "none", 1024, List.of("remote", "swap"));
  private static final LadderRun ZIPF =
      new LadderRun("zipf", 20, "one", 1024, List.of("remote", "swap"));
  private static final LadderRun SCAN =
      new LadderRun(
          "scan", 0, "one", 1024, List.of("remote", "ssd", "mmap", "swap", "zram", "tcp-floor"));

  private static final List<Row> ALL =
      List.of(
          new FieldRow(
              "hit",
              "access to resident memory, against a plain segment without huge pages, worst of"
                  + " three patterns",
              Target.atMost(1.02),
              "one thread pinned to one CPU, the pager idle",
              HitSection.WORDS,
              HitSection.QUICK,
              json -> json.number("ratio"),
              HitSection.SECONDS),
          new FaultRow("zero", "fault served with zeros, against the C floor", Target.atMost(1.25)),
          new FaultRow(
              "exporter",
              "fault from an exporter over loopback, against C doing the same",
              Target.atMost(1.15)),
          new FaultRow(
              "ssd",
              "fault from SSD, against a C pager with the same pread O_DIRECT and COPY",
              Target.atMost(1.15)),
          new LadderRow(
              "random-remote-swap",
              "random reads, 25 % local, REMOTE, throughput against swap on this disk",
              Target.atLeast(1.8),
              RANDOM,
              "remote",
              "swap"),
          new LadderRow(
              "random-remote-swap-unpinned",
              "random reads, 25 % local, 1 GiB, REMOTE, throughput against swap on this disk",
              Target.atLeast(1.2),
              RANDOM_UNPINNED,
              "remote",
              "swap"),
          new LadderRow(
              "random-remote-mmap",
              "random reads, 25 % local, REMOTE, throughput against a mapped file, read-ahead"
                  + " as the disk has it",
              Target.atLeast(8),
              RANDOM,
              "remote",
              "mmap"),
          new LadderRow(
              "random-remote-mmap-128k",
              "random reads, 25 % local, REMOTE, throughput against a mapped file, read-ahead of"
                  + " 128 KiB, the kernel's own default",
              Target.atLeast(8),
              RANDOM,
              "remote",
              "mmap-128k"),
          new LadderRow(
              "random-remote-mmap-random",
              "random reads, 25 % local, REMOTE, throughput against a mapped file with MADV_RANDOM",
              Target.atLeast(2),
              RANDOM,
              "remote",
              "mmap-random"),
          new LadderRow(
              "random-ssd-swap",
              "random reads, 25 % local, SSD, throughput against swap on the same disk",
              Target.atLeast(1.0),
              RANDOM,
              "ssd",
              "swap"),
          new LadderRow(
              "zipf-remote-swap",
              "zipf 0.99, 20 % writes, 25 % local, 1 GiB, REMOTE, throughput against swap on this"
                  + " disk",
              Target.atLeast(1.5),
              ZIPF,
              "remote",
              "swap"),
          new DeviceScanRow(
              "scan-ssd-device",
              "sequential scan, 25 % local, 1 GiB, SSD, against the device's own sequential rate",
              Target.atLeast(0.7),
              SCAN),
          new LadderRow(
              "scan-ssd-swap",
              "sequential scan, 25 % local, 1 GiB, SSD, throughput against swap on the same disk",
              Target.atLeast(2),
              SCAN,
              "ssd",
              "swap"),
          new LadderRow(
              "scan-ssd-zram",
              "sequential scan, 25 % local, 1 GiB, SSD, throughput against zram, data that does not"
                  + " shrink",
              Target.atLeast(2),
              SCAN,
              "ssd",
              "zram"),
          new LadderRow(
              "scan-remote-tcp",
              "sequential scan, 25 % local, 1 GiB, REMOTE, against bare TCP and copy into a memfd",
              Target.atLeast(0.6),
              SCAN,
              "remote",
              "tcp-floor"),
          prefetch(),
          new FaultRow(
              "compressed",
              "fault from COMPRESSED, against the C floor + LZ4 decompression of the same block",
              Target.atMost(1.25)),
          threads(),
          new PolicyRow(
              "misses-zipf",
              "misses against exact LRU, zipf 0.99, 1 GiB of data",
              Target.atMost(1.0),
              "zipf"),
          new PolicyRow(
              "misses-scan",
              "misses against exact LRU, scans over a hot set, 1 GiB of data",
              Target.atMost(0.7),
              "scan"),
          new FieldRow(
              "safepoint-load",
              "GC added while a load waits 1.5 s for a donor",
              Target.atMost(10, "ms"),
              NOT_PINNED,
              SafepointSection.WORDS,
              SafepointSection.QUICK,
              json -> json.number("loadAddedMillis"),
              SafepointSection.SECONDS),
          elastic("elastic-scan", "sequential scan", "scan"),
          elastic("elastic-random", "random reads", "random"),
          elastic("elastic-memcheck", "memcheck, mode elastic", "memcheck"),
          footprint(
              "table-4k",
              "block table, blocks of 4 KiB, part of the data",
              Target.atMost(0.5, "%"),
              "tablePercent4k"),
          footprint(
              "table-64k",
              "block table, blocks of 64 KiB in subblocks of 4 KiB, part of the data",
              Target.atMost(0.1, "%"),
              "tablePercent64k"),
          footprint(
              "pager-pss",
              "memory of the pager besides, PSS, all data touched, the larger of the two",
              Target.atMost(128, "MiB"),
              "pagerMib"),
          footprint(
              "idle-cpu",
              "CPU of a space that nobody uses: application, pager and exporter, in 10 s,"
                  + " three times",
              Target.atMost(1, "%"),
              "idlePercent"),
          agent(
              "agent-hooks",
              "from the call of the agent until its hooks are in place",
              Target.atMost(300, "ms"),
              "hooksMillis"),
          agent(
              "agent-space",
              "from the call of the agent until the space is open",
              Target.atMost(1000, "ms"),
              "spaceMillis"),
          agent(
              "agent-small",
              "allocations of 64 bytes with the agent against without, direct buffers or arenas,"
                  + " the worse",
              Target.atMost(1.05),
              "smallRatio"));

  private static final List<Section> SECTIONS =
      List.of(
          new FaultSection(),
          new HitSection(),
          new SafepointSection(),
          new ElasticSection(),
          new EvictSection(),
          new PolicySection(),
          new LadderSection(List.of(RANDOM, RANDOM_UNPINNED, ZIPF, SCAN)));

  private Rows() {}

  /** Every row. */
  public static List<Row> all() {
    return ALL;
  }

  /** Every section. */
  static List<Section> sections() {
    return SECTIONS;
  }

  /** Seconds that all rows and sections take together, roughly. */
  public static double seconds() {
    return Estimate.sum(
        Stream.concat(
                ALL.stream().flatMap(row -> row.estimates().stream()),
                SECTIONS.stream().flatMap(section -> section.estimates().stream()))
            .toList());
  }

  private static Row footprint(String name, String title, Target target, String field) {
    return new FieldRow(
        name,
        title,
        target,
        NOT_PINNED,
        words("footprint --size-mib 4096 --dram-mib 1024"),
        words("footprint --size-mib 64 --dram-mib 16 --idle-seconds 1"),
        json -> json.number(field),
        FOOTPRINT_SECONDS);
  }

  private static Row agent(String name, String title, Target target, String field) {
    return new FieldRow(
        name,
        title,
        target,
        NOT_PINNED,
        words("agent --rounds 12"),
        words("agent --rounds 1"),
        json -> json.number(field),
        AGENT_SECONDS);
  }

  /** Random reads, as a part of what the disk gives at that depth. */
  private static Row prefetch() {
    return new FieldRow(
        "prefetch-ssd",
        "random 4 KiB, 64 ahead by prefetch, SSD, against the device's rate at depth 64",
        Target.atLeast(0.8),
        NOT_PINNED,
        words(
            "prefetch --size-mib 4096 --dram-mib 1024 --reads 100000 --warm-up 400000 --rounds 5"),
        words("prefetch --size-mib 64 --dram-mib 16 --reads 2000 --warm-up 2000 --rounds 1"),
        json -> json.number("ratio"),
        PREFETCH_SECONDS);
  }

  /** Throughput as a multiple of that of one thread, each at its best. */
  private static Row threads() {
    return new FieldRow(
        "threads-8",
        "8 faulting threads against 1 at its best placement, REMOTE, throughput",
        Target.atLeast(2),
        "each at the best of: one CPU, two CPUs, nothing pinned",
        words(
            "threads --tier exporter --threads 1,8 --shards 1,2 --pin one,two,none"
                + " --faults 20000 --rounds 5"),
        words(
            "threads --tier exporter --threads 1,8 --shards 1 --pin none --faults 400 --rounds 1"),
        json -> json.get("tiers").each().getFirst().number("speedup8"),
        THREADS_SECONDS);
  }

  private static List<String> words(String line) {
    return List.of(line.split(" "));
  }

  private static Row elastic(String name, String workload, String pattern) {
    String title =
        workload
            + ", 25 % local, 256 MiB, REMOTE, units that adapt against the better of"
            + " 4 KiB, 64 KiB, 2 MiB, throughput";
    return new ElasticRow(name, title, Target.atLeast(0.9), pattern);
  }
}
