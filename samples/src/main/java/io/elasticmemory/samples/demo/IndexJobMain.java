package io.elasticmemory.samples.demo;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpStatistics;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.ConsoleProgress;
import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.index.Corpus;
import io.elasticmemory.samples.index.TextIndex;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * The program that the demo runs twice: {@code IndexJobMain PATH SOURCE COPIES BYTES SEED QUERIES},
 * where PATH is a memory path, or {@code local}. Prints one JSON object.
 */
public final class IndexJobMain {
  static final String LOCAL = "local";

  private static final int QUERY_THREADS = 4;
  private static final int EXAMPLES = 3;

  private final IndexJob job;
  private final long bytes;
  private final long seed;
  private final int queries;
  private final JsonObject json = new JsonObject();

  private IndexJobMain(List<String> arguments) {
    this.job =
        new IndexJob(
            new Corpus(Path.of(arguments.get(1))),
            Integer.parseInt(arguments.get(2)),
            ConsoleProgress.onStandardError());
    this.bytes = Long.parseLong(arguments.get(3));
    this.seed = Long.parseLong(arguments.get(4));
    this.queries = Integer.parseInt(arguments.get(5));
  }

  /** Runs the job. */
  public static void main(String... arguments) throws IOException {
    String path = arguments[0];
    IndexJobMain program = new IndexJobMain(List.of(arguments));
    try {
      if (path.equals(LOCAL)) {
        program.runLocally();
      } else {
        program.runOnSpace(path);
      }
    } catch (EmpException e) {
      System.err.println("emp demo: " + e.getMessage());
      System.exit(1);
    }
    System.out.println(program.json);
  }

  private void runLocally() throws IOException {
    run(Arena::ofShared);
  }

  private void runOnSpace(String path) throws IOException {
    try (Emp emp = Emp.open(path)) {
      TextIndex index = build(emp::ofShared);
      try (index) {
        ask(index);
        add(emp.statistics(), emp.blockBytes());
        json.put("pagerPid", emp.pagerPid());
      }
    }
  }

  private void run(Supplier<Arena> arenas) throws IOException {
    try (TextIndex index = build(arenas)) {
      ask(index);
    }
  }

  private TextIndex build(Supplier<? extends Arena> arenas) throws IOException {
    long start = System.nanoTime();
    TextIndex index = job.build(arenas, bytes);
    json.put("buildSeconds", (System.nanoTime() - start) / 1e9)
        .put("documents", index.documentCount())
        .put("words", index.wordCount())
        .put("terms", index.termCount())
        .put("heldBytes", index.bytes());
    return index;
  }

  private void ask(TextIndex index) {
    IndexJob.Answers answers = job.ask(index, seed, queries, QUERY_THREADS);
    json.put("querySeconds", answers.seconds())
        .put("hits", answers.hits())
        .put("resultHash", "0x" + Long.toHexString(answers.hash()));
    List<String> examples = job.examples(index, seed, EXAMPLES);
    for (int i = 0; i < examples.size(); i++) {
      json.put("example" + i, examples.get(i));
    }
  }

  private void add(EmpStatistics statistics, int blockBytes) {
    json.put("budgetBytes", statistics.budgetBytes())
        .put("dramBytes", statistics.residentBytes())
        .put("remoteBytes", statistics.get(Counter.slotsRemote) * blockBytes)
        .put("ssdBytes", statistics.get(Counter.slotsSsd) * blockBytes);
    for (Counter counter : Counter.values()) {
      if (counter != Counter.budgetBytes) {
        json.put(counter.name(), statistics.get(counter));
      }
    }
  }
}
