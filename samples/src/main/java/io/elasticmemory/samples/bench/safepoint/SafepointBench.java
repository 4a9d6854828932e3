package io.elasticmemory.samples.bench.safepoint;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.samples.bench.fault.CpuTime;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.ProcessMemory;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Collects garbage in one thread while another waits for memory of a donor whose answers are late.
 * The ways to wait take turns; so does a thread that only sleeps, and what is above its collections
 * is what waiting has added to them.
 */
public final class SafepointBench {
  private static final int DRAM_MIB = 64;
  private static final int DONOR_MIB = 256;
  private static final int SEGMENT_BYTES = 3 << 20;

  /** So that the other thread waits before the first collection, and between two of them. */
  private static final int PAUSE_MILLIS = 100;

  private final SafepointPlan plan;
  private final Workplace workplace;
  private final Progress progress;
  private long hash;

  /** A bench that has not begun. */
  public SafepointBench(SafepointPlan plan, Workplace workplace, Progress progress) {
    this.plan = plan;
    this.workplace = workplace;
    this.progress = progress;
  }

  /** Runs it. */
  public SafepointResult run() throws IOException {
    LocalExporter exporter = LocalExporter.start(workplace, DONOR_MIB);
    SlowLink link = SlowLink.start(workplace, exporter.port());
    try (Emp emp =
            Emp.builder().dram(DRAM_MIB).exporter("127.0.0.1", DONOR_MIB, link.port()).open();
        Arena arena = emp.ofShared()) {
      MemorySegment segment = arena.allocate(SEGMENT_BYTES, 8);
      for (long at = 0; at < SEGMENT_BYTES; at += Long.BYTES) {
        segment.set(JAVA_LONG, at, at);
      }
      Map<Access, List<Waited>> waits = measure(emp, segment, link);
      return new SafepointResult(
          plan,
          waits,
          CpuTime.nanos(emp.pagerPid()) / 1e9,
          CpuTime.nanos(exporter.pid()) / 1e9,
          ProcessMemory.pssBytes(emp.pagerPid()),
          ProcessMemory.pssBytes(exporter.pid()),
          hash);
    } finally {
      Workplace.end(exporter.process());
    }
  }

  /**
   * One wait.
   *
   * @param waitMillis how long the access took
   * @param gcMillis the longest collection meanwhile
   * @param collections how many there were
   */
  record Waited(double waitMillis, double gcMillis, int collections) {}

  private Map<Access, List<Waited>> measure(Emp emp, MemorySegment segment, SlowLink link)
      throws IOException {
    Map<Access, List<Waited>> waits = new EnumMap<>(Access.class);
    int[] done = new int[1];
    progress.begin("waits", (1 + plan.rounds()) * Access.values().length, () -> done[0]);
    for (int i = 0; i <= plan.rounds(); i++) {
      for (Access access : Access.values()) {
        Waited waited = await(access, emp, segment, link);
        // The first of each is a warm-up.
        if (i > 0) {
          waits.computeIfAbsent(access, _ -> new ArrayList<>()).add(waited);
        }
        done[0]++;
      }
    }
    progress.end();
    return waits;
  }

  private Waited await(Access access, Emp emp, MemorySegment segment, SlowLink link)
      throws IOException {
    emp.unload(segment);
    link.delay(plan.lateMillis());
    CompletableFuture<Double> waiting = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("waiting")
        .start(
            () -> {
              long start = System.nanoTime();
              hash = hash * 31 + access.sum(emp, segment, plan.lateMillis());
              waiting.complete(millisSince(start));
            });
    double gcMillis = 0;
    int collections = 0;
    pause();
    while (!waiting.isDone()) {
      long start = System.nanoTime();
      System.gc();
      gcMillis = Math.max(gcMillis, millisSince(start));
      collections++;
      pause();
    }
    link.delay(0);
    double waitMillis = waiting.join();
    requireWait(access, waitMillis, collections);
    return new Waited(waitMillis, gcMillis, collections);
  }

  /** Otherwise it was not this that was measured. */
  private void requireWait(Access access, double waitMillis, int collections) {
    if (waitMillis < plan.lateMillis() * 0.9 || collections == 0) {
      throw new EmpException(
          Kind.INTERNAL,
          ("%s waited %.0f ms for a donor that is late by %d, with %d collections meanwhile;"
                  + " what was measured is something else, report a bug")
              .formatted(access.label(), waitMillis, plan.lateMillis(), collections));
    }
  }

  private static double millisSince(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e6;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
