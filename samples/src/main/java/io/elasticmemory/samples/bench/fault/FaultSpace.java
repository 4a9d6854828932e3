package io.elasticmemory.samples.bench.fault;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpArena;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.Platform;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Random;

/**
 * One space whose blocks all give faults of one tier: filled once, then made absent, unmapped or
 * clean, and touched, again and again, a word in one page of every block, in an order that no
 * prefetch can guess. The budget has room for all of it, so that nothing leaves while it is
 * measured.
 */
final class FaultSpace implements AutoCloseable {
  private static final int PAGE_BYTES = 4096;

  /** Several times what the pager takes to publish what it has allocated. */
  private static final int GAUGE_MILLIS = 750;

  private static final long COUNTED_NANOS_MAX = 30_000_000_000L;

  private final Memories memories = Platform.find().memories();
  private final Emp emp;
  private final FaultTier tier;
  private final List<Long> exporterPids;
  private final EmpArena arena;
  private final MemorySegment segment;
  private final int blockBytes;
  private final int[] order;
  private final long[] samples;
  private long hash;

  /**
   * Takes memory of a space.
   *
   * @param emp closed together with this
   * @param exporterPids whose CPU time counts too
   */
  FaultSpace(Emp emp, FaultTier tier, int faults, long seed, List<Long> exporterPids) {
    this.emp = emp;
    this.tier = tier;
    this.exporterPids = List.copyOf(exporterPids);
    this.blockBytes = emp.blockBytes();
    this.arena = emp.ofShared();
    this.segment = arena.allocate((long) faults * blockBytes, blockBytes);
    this.order = permutation(faults, seed);
    this.samples = new long[faults];
  }

  /** Gives every page its word. A page of zeros would be forgotten instead of stored. */
  void fill() {
    if (tier == FaultTier.ZERO) {
      return;
    }
    Random random = new Random(order.length);
    for (long at = 0; at < segment.byteSize(); at += PAGE_BYTES) {
      segment.set(JAVA_LONG, at, word(at));
      if (tier == FaultTier.COMPRESSED) {
        fillHalf(at, random);
      }
    }
  }

  /** Noise, as in the floor: nobody compresses it, and all else to next to nothing. */
  private void fillHalf(long page, Random random) {
    for (long at = page + PAGE_BYTES / 2; at < page + PAGE_BYTES; at += Long.BYTES) {
      segment.set(JAVA_LONG, at, random.nextLong());
    }
  }

  /** Sees to it that each of the next touches is a fault of this tier. */
  void drop() {
    switch (tier) {
      case ZERO -> emp.discard(segment);
      case MINOR -> memories.unmapShared(segment);
      case WP -> {
        emp.unload(segment);
        emp.load(segment);
      }
      case EXPORTER, SSD, COMPRESSED -> emp.unload(segment);
    }
  }

  /** Touches every block once, on the calling thread. */
  Latency touch() {
    long faultsBefore = faults();
    long pagerBefore = CpuTime.nanos(emp.pagerPid());
    long exporterBefore = exporterNanos();
    if (tier == FaultTier.WP) {
      measureWrites();
    } else {
      measureReads();
    }
    long pager = CpuTime.nanos(emp.pagerPid()) - pagerBefore;
    long exporter = exporterNanos() - exporterBefore;
    requireFaults(faultsBefore + order.length);
    return Latency.of(samples, pager, exporter);
  }

  private long exporterNanos() {
    return exporterPids.stream().mapToLong(CpuTime::nanos).sum();
  }

  /** Otherwise something else was measured. The pager counts a fault after it has answered it. */
  private void requireFaults(long expected) {
    long end = System.nanoTime() + COUNTED_NANOS_MAX;
    while (faults() < expected) {
      if (System.nanoTime() - end > 0) {
        throw new EmpException(
            Kind.INTERNAL,
            "%d of %d touches were no %s faults; what was measured is something else, report a bug"
                .formatted(expected - faults(), order.length, tier.label()));
      }
      Thread.onSpinWait();
    }
  }

  private long faults() {
    return emp.statistics().get(tier.counter());
  }

  private void measureReads() {
    for (int i = 0; i < order.length; i++) {
      long at = touchedAt(order[i]);
      long start = System.nanoTime();
      // Without fences the compiler may read before the first look at the clock or after the
      // second.
      VarHandle.fullFence();
      long word = segment.get(JAVA_LONG, at);
      VarHandle.fullFence();
      samples[i] = System.nanoTime() - start;
      check(at, word);
    }
  }

  private void measureWrites() {
    for (int i = 0; i < order.length; i++) {
      long at = touchedAt(order[i]);
      long word = word(at);
      long start = System.nanoTime();
      VarHandle.fullFence();
      segment.set(JAVA_LONG, at, word);
      VarHandle.fullFence();
      samples[i] = System.nanoTime() - start;
      check(at, segment.get(JAVA_LONG, at));
    }
  }

  private void check(long at, long word) {
    if (word != expected(at)) {
      throw new EmpException(
          Kind.INTERNAL,
          "the word at %d is %d instead of %d; report a bug".formatted(at, word, expected(at)));
    }
    hash = hash * 31 + word;
  }

  /** Some page of the block, not always its first. */
  private long touchedAt(int block) {
    return (long) block * blockBytes + (long) block * PAGE_BYTES % blockBytes;
  }

  private long expected(long at) {
    return tier == FaultTier.ZERO ? 0 : word(at);
  }

  private static long word(long at) {
    return at / PAGE_BYTES + 1;
  }

  /** Over all words read so far. */
  long hash() {
    return hash;
  }

  long pagerPid() {
    return emp.pagerPid();
  }

  int subblockBytes() {
    return emp.subblockBytes();
  }

  /**
   * Bytes that the shard's thread has allocated in the pager's heap; waits until they are known.
   */
  long shardAllocatedBytes() {
    try {
      Thread.sleep(GAUGE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return emp.statistics().get(Counter.shardAllocatedBytes);
  }

  @Override
  public void close() {
    arena.close();
    emp.close();
  }

  private static int[] permutation(int count, long seed) {
    Random random = new Random(seed);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
