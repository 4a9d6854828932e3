package io.elasticmemory.samples.bench.footprint;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.Comparator.comparingDouble;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.samples.bench.fault.CpuTime;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Uses a space until it has data in every tier, leaves it alone, and looks at what it does. */
final class IdleBench {
  private static final long DATA_MIB = 192;
  private static final long DRAM_MIB = 32;
  private static final long EXPORTER_MIB = 128;
  private static final long SPILL_MIB = 256;
  private static final int PAGE_BYTES = 4 << 10;

  /** What was begun is finished, and whoever spins for the next fault has given up. */
  private static final int SETTLE_MILLIS = 3000;

  /** A JVM does something by itself now and then. */
  private static final int SPANS = 3;

  private final Workplace workplace;

  IdleBench(Workplace workplace) {
    this.workplace = workplace;
  }

  /** Looks three times, for so long each; returns the one in the middle. */
  Idle run(int seconds) throws IOException {
    LocalExporter exporter = LocalExporter.start(workplace, EXPORTER_MIB);
    String spill = workplace.directory().resolve("idle").toString();
    try (Emp emp =
            Emp.builder()
                .dram(DRAM_MIB)
                .exporter("127.0.0.1", EXPORTER_MIB, exporter.port())
                .spillFile(spill, SPILL_MIB)
                .open();
        Arena arena = emp.ofConfined()) {
      MemorySegment segment = arena.allocate(DATA_MIB << 20, PAGE_BYTES);
      for (long at = 0; at < segment.byteSize(); at += PAGE_BYTES) {
        segment.set(JAVA_LONG, at, at + 1);
      }
      sleep(SETTLE_MILLIS);
      return Stream.generate(() -> watch(emp.pagerPid(), exporter.pid(), seconds))
          .limit(SPANS)
          .sorted(comparingDouble(Idle::percent))
          .toList()
          .get(SPANS / 2);
    } finally {
      Workplace.end(exporter.process());
    }
  }

  private static Idle watch(long pagerPid, long exporterPid, int seconds) {
    long own = ProcessHandle.current().pid();
    long start = System.nanoTime();
    long application = CpuTime.nanos(own);
    long pager = CpuTime.nanos(pagerPid);
    long exporter = CpuTime.nanos(exporterPid);
    sleep(TimeUnit.SECONDS.toMillis(seconds));
    return new Idle(
        (System.nanoTime() - start) / 1e9,
        since(application, own),
        since(pager, pagerPid),
        since(exporter, exporterPid));
  }

  /** Never less than nothing: the time of threads that have ended meanwhile is gone. */
  private static double since(long nanos, long pid) {
    return Math.max(0, CpuTime.nanos(pid) - nanos) / 1e9;
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmpException(Kind.INTERNAL, "interrupted while a space was left alone", e);
    }
  }
}
