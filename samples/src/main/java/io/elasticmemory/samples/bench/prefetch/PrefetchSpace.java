package io.elasticmemory.samples.bench.prefetch;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpArena;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.bench.fault.CpuTime;
import io.elasticmemory.samples.process.ProcessMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** A space on a spill file, of which pages are read that are not in DRAM, in no order. */
final class PrefetchSpace implements AutoCloseable {
  static final int PAGE_BYTES = 4096;

  private static final long MIB = 1L << 20;

  /** A slab in reserve, and one for what is rounded up. */
  private static final long DONOR_MIB_MORE = 128;

  private final PrefetchPlan plan;
  private final Path spill;
  private final Emp emp;
  private final EmpArena arena;
  private final MemorySegment segment;
  private final Places places;
  private final long[] batch;
  private long hash;

  PrefetchSpace(PrefetchPlan plan, Path directory) {
    this.plan = plan;
    spill = directory.resolve("spill");
    emp =
        Emp.builder()
            .dram(plan.dramMib())
            .block(plan.blockBytes(), PAGE_BYTES)
            .spillFile(spill.toString(), plan.sizeMib() + DONOR_MIB_MORE)
            .open();
    arena = emp.ofShared();
    segment = arena.allocate(plan.sizeMib() * MIB, plan.blockBytes());
    places = Places.within(segment.byteSize() / PAGE_BYTES);
    batch = new long[Math.max(1, plan.batch())];
  }

  /** What was measured, of the program and of its pager. */
  record Sample(long reads, long nanos, long pagerCpuNanos, long faults, long bytesFromDisk) {
    double perSecond() {
      return reads * 1e9 / nanos;
    }
  }

  /** Gives every page its word and sends all of them to the disk. */
  void fill() {
    for (long at = 0; at < segment.byteSize(); at += PAGE_BYTES) {
      segment.set(JAVA_LONG, at, word(at));
    }
    emp.unload(segment);
  }

  /** Reads so many pages, on the calling thread. */
  Sample read(long first, int reads) {
    long cpu = CpuTime.nanos(emp.pagerPid());
    long faults = faults();
    long bytes = counted(Counter.bytesFromSsd);
    long start = System.nanoTime();
    go(first, first + reads);
    long nanos = System.nanoTime() - start;
    return new Sample(
        reads,
        nanos,
        CpuTime.nanos(emp.pagerPid()) - cpu,
        faults() - faults,
        counted(Counter.bytesFromSsd) - bytes);
  }

  private long faults() {
    return counted(Counter.faultsSsd) + counted(Counter.faultsMinor);
  }

  private long counted(Counter counter) {
    return emp.statistics().get(counter);
  }

  private void go(long first, long end) {
    long asked = first;
    for (long i = first; i < end; i++) {
      while (asked < end && asked + batch.length <= i + plan.ahead()) {
        asked += ask(asked, end);
      }
      long at = places.place(i) * PAGE_BYTES;
      long word = segment.get(JAVA_LONG, at);
      if (word != word(at)) {
        throw new EmpException(
            Kind.INTERNAL,
            "the word at %d is %d instead of %d; report a bug".formatted(at, word, word(at)));
      }
      hash = hash * 31 + word;
    }
  }

  private int ask(long from, long end) {
    int count = (int) Math.min(batch.length, end - from);
    for (int i = 0; i < count; i++) {
      batch[i] = places.place(from + i) * PAGE_BYTES;
    }
    emp.prefetch(segment, count == batch.length ? batch : Arrays.copyOf(batch, count));
    return count;
  }

  private static long word(long at) {
    return at / PAGE_BYTES + 1;
  }

  /** Bytes at the start of the spill file that were written. */
  long writtenBytes() {
    return segment.byteSize();
  }

  /**
   * The spill file, which has no name of its own: by way of the pager that has it open.
   *
   * @throws IOException if it is not found there
   */
  Path file() throws IOException {
    Path descriptors = Path.of("/proc", Long.toString(emp.pagerPid()), "fd");
    try (Stream<Path> all = Files.list(descriptors)) {
      return all.filter(this::isSpill)
          .findFirst()
          .orElseThrow(() -> new IOException("no descriptor in " + descriptors + " is " + spill));
    }
  }

  private boolean isSpill(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith(spill.toString());
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  long pagerPid() {
    return emp.pagerPid();
  }

  long pagerPssBytes() {
    return ProcessMemory.pssBytes(emp.pagerPid());
  }

  /** Over all words read so far. */
  long hash() {
    return hash;
  }

  @Override
  public void close() {
    arena.close();
    emp.close();
  }
}
