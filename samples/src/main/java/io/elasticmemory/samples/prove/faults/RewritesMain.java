package io.elasticmemory.samples.prove.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpStatistics;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.workload.CellShape;
import io.elasticmemory.samples.workload.CheckedMemory;
import io.elasticmemory.samples.workload.Crew;
import io.elasticmemory.samples.workload.Progress;
import io.elasticmemory.samples.workload.Tally;
import io.elasticmemory.samples.workload.WrongWords;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * What {@code memcheck} does in its mode {@code rand_rw}, for as long as wanted and with a clock:
 * threads check a page drawn at random and write it anew. For each line of input it says how long
 * checks took since the last one, as a {@link RewritesLook}. At the end of input it checks every
 * page once more and says how many words were wrong.
 */
public final class RewritesMain {
  private static final int PAGE_BYTES = 4096;

  private final CheckedMemory memory;
  private final Crew crew;
  private final WrongWords wrong;
  private final CheckTimes[] times;
  private volatile boolean isOver;

  private RewritesMain(MemorySegment segment, int threads, long seed, Arena ordinary) {
    memory = new CheckedMemory(segment, CellShape.PAGE, seed, ordinary);
    wrong = new WrongWords(memory.code());
    crew = new Crew(threads, wrong, Progress.NONE);
    times = Stream.generate(CheckTimes::new).limit(threads).toArray(CheckTimes[]::new);
  }

  /** Runs it: {@code PATH MIB THREADS SEED}. */
  public static void main(String... arguments) throws IOException, InterruptedException {
    long seed = Long.parseLong(arguments[3]);
    try (Emp emp = Emp.open(arguments[0]);
        Arena ordinary = Arena.ofShared()) {
      MemorySegment segment = emp.global().allocate(Long.parseLong(arguments[1]) << 20, PAGE_BYTES);
      new RewritesMain(segment, Integer.parseInt(arguments[2]), seed, ordinary).run(emp, seed);
    }
  }

  private void run(Emp emp, long seed) throws IOException, InterruptedException {
    pass("write", memory::write);
    Thread working =
        Thread.ofPlatform()
            .start(
                () ->
                    crew.run(
                        "rewrite", 0, (thread, tally) -> rewrite(seed + thread, thread, tally)));
    System.out.println("working");
    answer(emp);
    isOver = true;
    working.join();
    pass("check", memory::check);
    wrong.examples().forEach(System.out::println);
    System.out.println("wrong words " + wrong.count());
  }

  /** What to do with one cell. */
  @FunctionalInterface
  private interface Verb {
    void apply(long cell, Tally tally);
  }

  private void pass(String name, Verb verb) {
    crew.run(
        name,
        memory.cellCount(),
        (thread, tally) -> {
          long end = crew.shareStart(thread + 1, memory.cellCount());
          for (long cell = crew.shareStart(thread, memory.cellCount()); cell < end; cell++) {
            verb.apply(cell, tally);
          }
        });
  }

  /** Cell number c belongs to thread c modulo the number of threads, as in memcheck. */
  private void rewrite(long seed, int thread, Tally tally) {
    SplittableRandom random = new SplittableRandom(seed);
    long groups = memory.cellCount() / crew.threads();
    while (!isOver) {
      long cell = random.nextLong(groups) * crew.threads() + thread;
      long start = System.nanoTime();
      memory.check(cell, tally);
      times[thread].add(System.nanoTime() - start);
      memory.write(cell, tally);
    }
  }

  private void answer(Emp emp) throws IOException {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (int number = 0; input.readLine() != null; number++) {
      List<long[]> nanos = Stream.of(times).map(CheckTimes::take).toList();
      EmpStatistics statistics = emp.statistics();
      System.out.println(
          RewritesLook.of(
                  number,
                  nanos,
                  statistics.get(Counter.mirrorsDegraded) > 0,
                  statistics.get(Counter.bytesRebuilt) >> 20)
              .toLine());
    }
  }
}
