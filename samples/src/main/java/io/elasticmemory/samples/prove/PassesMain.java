package io.elasticmemory.samples.prove;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpStatistics;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.workload.CellShape;
import io.elasticmemory.samples.workload.CheckedMemory;
import io.elasticmemory.samples.workload.Crew;
import io.elasticmemory.samples.workload.Progress;
import io.elasticmemory.samples.workload.WrongWords;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Writes all of a memory, unloads it, and reads a part of it in two runs of several passes: {@code
 * PassesMain PATH SIZE_MIB PART_MIB PASSES SEED}. Prints as JSON what each run cost.
 */
public final class PassesMain {
  private static final int THREADS = 2;
  private static final int QUIET_MILLIS = 500;
  private static final int QUIET_MILLIS_MAX = 60_000;

  private final Emp emp;
  private final CheckedMemory checked;
  private final Crew crew;
  private final JsonObject json;

  private PassesMain(Emp emp, CheckedMemory checked, Crew crew, JsonObject json) {
    this.emp = emp;
    this.checked = checked;
    this.crew = crew;
    this.json = json;
  }

  /** Runs it. */
  public static void main(String... arguments) throws InterruptedException {
    long sizeBytes = Long.parseLong(arguments[1]) << 20;
    long partBytes = Long.parseLong(arguments[2]) << 20;
    int passes = Integer.parseInt(arguments[3]);
    long seed = Long.parseLong(arguments[4]);
    JsonObject json = new JsonObject();
    try (Emp emp = Emp.open(arguments[0]);
        Arena ordinary = Arena.ofShared();
        Arena arena = emp.ofShared()) {
      MemorySegment memory = arena.allocate(sizeBytes, 4096);
      CheckedMemory checked = new CheckedMemory(memory, CellShape.EVERY_WORD, seed, ordinary);
      WrongWords wrong = new WrongWords(checked.code());
      PassesMain program =
          new PassesMain(emp, checked, new Crew(THREADS, wrong, Progress.NONE), json);
      program.write();
      emp.unload(memory);
      program.awaitQuiet();
      json.put("residentAfterUnload", emp.statistics().residentBytes());
      long cells = CellShape.EVERY_WORD.cellCount(partBytes);
      program.read("first", cells, passes);
      program.awaitQuiet();
      program.read("second", cells, passes);
      json.put("wrongWords", wrong.count());
    }
    System.out.println(json);
  }

  private void write() {
    crew.run(
        "write",
        checked.cellCount(),
        (thread, tally) -> {
          long end = crew.shareStart(thread + 1, checked.cellCount());
          for (long c = crew.shareStart(thread, checked.cellCount()); c < end; c++) {
            checked.write(c, tally);
          }
        });
  }

  private void read(String name, long cells, int passes) {
    EmpStatistics before = emp.statistics();
    for (int pass = 0; pass < passes; pass++) {
      crew.run(
          name,
          cells,
          (thread, tally) -> {
            long end = crew.shareStart(thread + 1, cells);
            for (long c = crew.shareStart(thread, cells); c < end; c++) {
              checked.check(c, tally);
            }
          });
    }
    EmpStatistics after = emp.statistics();
    put(name, Counter.bytesToRemote, before, after);
    put(name, Counter.bytesToSsd, before, after);
    put(name, Counter.bytesPromoted, before, after);
    put(name, Counter.faultsRemote, before, after);
    put(name, Counter.faultsSsd, before, after);
    put(name, Counter.bytesFromRemote, before, after);
    put(name, Counter.bytesFromSsd, before, after);
  }

  private void put(String run, Counter counter, EmpStatistics before, EmpStatistics after) {
    json.put(run + "_" + counter.name(), after.get(counter) - before.get(counter));
  }

  /** Waits until nothing moves between donors any more. */
  private void awaitQuiet() throws InterruptedException {
    long moved = -1;
    for (int waited = 0; moved != moved() && waited < QUIET_MILLIS_MAX; waited += QUIET_MILLIS) {
      moved = moved();
      Thread.sleep(QUIET_MILLIS);
    }
  }

  private long moved() {
    EmpStatistics now = emp.statistics();
    return now.get(Counter.bytesToRemote)
        + now.get(Counter.bytesToSsd)
        + now.get(Counter.bytesPromoted)
        + now.get(Counter.bytesDemoted);
  }
}
