package io.elasticmemory.samples.bench.policy;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpArena;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.MemPath;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.bench.fault.CpuTime;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/** A space to which the accesses of a trace go. */
final class PolicySpace implements AutoCloseable {
  private final Emp emp;
  private final EmpArena arena;
  private final MemorySegment segment;
  private final int blockBytes;
  private volatile long done;

  private PolicySpace(Emp emp, int blocks) {
    this.emp = emp;
    this.arena = emp.ofShared();
    this.blockBytes = emp.blockBytes();
    this.segment = arena.allocate((long) blocks * blockBytes, blockBytes);
  }

  /** Opens a space over one exporter. Nothing is brought ahead: each miss is one of replacement. */
  static PolicySpace open(PolicyPlan plan, boolean sampling, String exporterEntry) {
    String path =
        "dram:%d?block=%d&subblock=%d&elastic=off&sampling=%s|%s"
            .formatted(
                plan.dramMib(),
                plan.blockBytes(),
                plan.blockBytes(),
                sampling ? "on" : "off",
                exporterEntry);
    return new PolicySpace(Emp.open(MemPath.parse(path)), plan.blocks());
  }

  /** What the measured part of a run has cost, and a hash over all words read. */
  record Counted(
      long misses, long touches, long watches, long nanos, long pagerCpuNanos, long hash) {}

  /** Accesses so far; for any thread. */
  long done() {
    return done;
  }

  long pagerPid() {
    return emp.pagerPid();
  }

  /** Makes all accesses of a trace, on the calling thread. */
  Counted run(Trace trace) {
    fill(trace.blocks());
    int[] accesses = trace.accesses();
    long hash = read(accesses, trace.blocks(), trace.measuredFrom(), 0);
    Map<Counter, Long> before = emp.statistics().counters();
    long cpu = CpuTime.nanos(emp.pagerPid());
    long start = System.nanoTime();
    hash = read(accesses, trace.measuredFrom(), accesses.length, hash);
    long nanos = System.nanoTime() - start;
    cpu = CpuTime.nanos(emp.pagerPid()) - cpu;
    Map<Counter, Long> after = emp.statistics().counters();
    long misses =
        since(before, after, Counter.faultsRemote) + since(before, after, Counter.faultsZero);
    return new Counted(
        misses,
        since(before, after, Counter.faultsMinor),
        since(before, after, Counter.blocksWatched),
        nanos,
        cpu,
        hash);
  }

  private static long since(Map<Counter, Long> before, Map<Counter, Long> after, Counter counter) {
    return after.getOrDefault(counter, 0L) - before.getOrDefault(counter, 0L);
  }

  /** Writes every block once, in the order of the trace. Zeros would be forgotten, not stored. */
  private void fill(int blocks) {
    for (int block = 0; block < blocks; block++) {
      segment.set(JAVA_LONG, (long) block * blockBytes, word(block));
      done = block;
    }
  }

  private long read(int[] accesses, int from, int to, long hashBefore) {
    long hash = hashBefore;
    for (int i = from; i < to; i++) {
      int block = accesses[i];
      long word = segment.get(JAVA_LONG, (long) block * blockBytes);
      if (word != word(block)) {
        throw new EmpException(
            Kind.INTERNAL,
            "the word of block %d is %d instead of %d; report a bug"
                .formatted(block, word, word(block)));
      }
      hash = hash * 31 + word;
      if ((i & 0xfff) == 0) {
        done = i;
      }
    }
    return hash;
  }

  private static long word(int block) {
    return block + 1L;
  }

  @Override
  public void close() {
    arena.close();
    emp.close();
  }
}
