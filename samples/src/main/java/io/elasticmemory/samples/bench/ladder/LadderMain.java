package io.elasticmemory.samples.bench.ladder;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.samples.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/**
 * One cell of the ladder, in a JVM of its own: the same code for every subject. Says {@code ready}
 * when it has everything but its data, so that its own memory can be measured and limits be set;
 * then fills the memory, reads all of it once and says {@code warm}; then runs the workload, first
 * unmeasured, and says {@code result} with a JSON object. After each of these lines it waits for a
 * line on standard input, whose end ends it.
 */
public final class LadderMain {
  /** Before the name of what follows. */
  static final String READY = "ready ";

  static final String WARM = "warm ";
  static final String RESULT = "result ";

  private static final int SCRATCH_MIB = 16;
  private static final long SCRATCH_NANOS_MAX = 700_000_000;

  private final ProgramPlan plan;
  private final TestedMemory memory;
  private final MemorySegment segment;
  private final JsonObject json = new JsonObject();

  private LadderMain(ProgramPlan plan, TestedMemory memory) {
    this.plan = plan;
    this.memory = memory;
    this.segment = memory.segment();
  }

  /** Runs it; arguments as {@link ProgramPlan} writes them. */
  public static void main(String... arguments) throws IOException {
    ProgramPlan plan = ProgramPlan.parse(arguments);
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (TestedMemory memory = TestedMemory.open(plan.memory(), plan.sizeMib() << 20)) {
      LadderMain program = new LadderMain(plan, memory);
      int scratchPages = program.warmCode();
      System.out.println(
          READY
              + oneLine(
                  new JsonObject()
                      .put("pagerPid", memory.pagerPid())
                      .put("scratchBytes", (long) scratchPages * Content.PAGE_BYTES)));
      if (commands.readLine() == null) {
        return;
      }
      long passHash = program.fillAndRead();
      System.out.println(WARM);
      if (commands.readLine() == null) {
        return;
      }
      memory.expectWorkload();
      program.measure(passHash);
      System.out.println(RESULT + oneLine(program.json));
      commands.readLine();
    }
  }

  static String oneLine(JsonObject json) {
    return json.toString().replace("\n", "");
  }

  /**
   * Runs everything once on the first pages, so that most compiling is done before memory is short
   * and CPUs are few. They are filled anew later. It takes no longer than the measurement, so that
   * trials are quick.
   *
   * @return how many pages that were
   */
  private int warmCode() {
    int pages = Math.min(plan.pages(), (SCRATCH_MIB << 20) / Content.PAGE_BYTES);
    Content content = new Content(plan.data(), plan.seed());
    Accesses accesses = new Accesses(plan, segment, plan.keys(pages));
    long nanos = Math.min(SCRATCH_NANOS_MAX, (long) (plan.seconds() * 1e9));
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() - end < 0) {
      fill(content, pages);
      readAll(pages);
      accesses.run(System.nanoTime() + nanos / 8, 0, new TimeHistogram());
    }
    return pages;
  }

  private long fillAndRead() {
    long start = System.nanoTime();
    fill(new Content(plan.data(), plan.seed()), plan.pages());
    memory.settle();
    long filled = System.nanoTime();
    long hash = readAll(plan.pages());
    json.put("hottestHash", Long.toHexString(readHottest(plan.keys(plan.pages()))));
    long read = System.nanoTime();
    json.put("fillSeconds", seconds(filled - start)).put("passSeconds", seconds(read - filled));
    return hash;
  }

  private void fill(Content content, int pages) {
    for (int page = 0; page < pages; page++) {
      content.fill(segment, page);
    }
  }

  /** One word of each page, in order. */
  private long readAll(int pages) {
    long hash = 0;
    for (int page = 0; page < pages; page++) {
      hash = hash * 31 + firstWord(page);
    }
    return hash;
  }

  /** What the workload needs most, as much as there is room for, so that none starts cold. */
  private long readHottest(KeyStream keys) {
    BitSet hottest = keys.hottest(plan.localPages());
    long hash = 0;
    for (int page = hottest.nextSetBit(0); page >= 0; page = hottest.nextSetBit(page + 1)) {
      hash = hash * 31 + firstWord(page);
    }
    return hash;
  }

  private long firstWord(int page) {
    return segment.get(JAVA_LONG, (long) page * Content.PAGE_BYTES);
  }

  private void measure(long passHash) {
    Accesses accesses = new Accesses(plan, segment, plan.keys(plan.pages()));
    long nanos = (long) (plan.seconds() * 1e9);
    long warmNanos = plan.workload().warmUp() * nanos;
    accesses.run(System.nanoTime() + warmNanos, Accesses.CHECKED, new TimeHistogram());
    TimeHistogram times = new TimeHistogram();
    Costs before = costs();
    long countBefore = accesses.count();
    long start = System.nanoTime();
    long end = accesses.run(start + nanos, 0, times);
    Costs costs = costs().since(before);
    long count = accesses.count() - countBefore;
    json.put("accesses", count).put("seconds", seconds(end - start));
    put(times);
    costs.put(json, memory.pagerPid(), plan.exporterPids());
    json.put("resultHash", Long.toHexString(passHash * 31 + accesses.checkedHash()))
        .put("readHash", Long.toHexString(accesses.hash()));
  }

  private Costs costs() {
    return Costs.now(memory.misses(), memory.pagerPid(), plan.exporterPids());
  }

  private void put(TimeHistogram times) {
    json.put("p50Micros", times.quantileNanos(500) / 1e3)
        .put("p99Micros", times.quantileNanos(990) / 1e3)
        .put("p999Micros", times.quantileNanos(999) / 1e3)
        .put("maxMicros", times.maxNanos() / 1e3)
        .put("timedAccesses", times.count());
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
