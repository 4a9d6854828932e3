package io.elasticmemory.samples.bench.ladder;

import io.elasticmemory.samples.bench.fault.CpuTime;
import io.elasticmemory.samples.bench.fault.Placement;
import io.elasticmemory.samples.process.CProgram;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a sequential scan of an exporter's memory cannot exceed: {@code stream_floor.c}, bytes
 * through TCP and one copy into a memory file.
 */
final class StreamFloor {
  /** More than any cache; more than that says nothing new. */
  private static final long SIZE_MIB_MAX = 1024;

  private static final int SECONDS_MORE = 120;

  private final CProgram program;

  private StreamFloor(CProgram program) {
    this.program = program;
  }

  /** Why it says nothing of a workload; empty if it does. */
  static Optional<String> obstacle(Workload workload) {
    return workload.readsWholePages()
        ? Optional.empty()
        : Optional.of("it is a floor of scan only");
  }

  static StreamFloor compiledIn(Workplace workplace) throws IOException {
    // All programs in C lie in one package.
    return new StreamFloor(CProgram.compile(workplace, CpuTime.class, "stream_floor"));
  }

  /** Runs it with both processes placed as application, pager and exporter are. */
  Run run(LadderRequest request) throws IOException {
    int cpu = request.pinning() == Pinning.NONE ? -1 : Placement.one().application();
    String line =
        program.run(
            SECONDS_MORE + (int) (2 * request.seconds()),
            Long.toString(Math.min(request.sizeMib(), SIZE_MIB_MAX)),
            Double.toString(request.seconds()),
            Integer.toString(cpu),
            Integer.toString(cpu));
    return parse(line);
  }

  static Run parse(String line) {
    double pages = (double) CProgram.number(line, "bytes") / Content.PAGE_BYTES;
    double seconds = CProgram.number(line, "nanos") / 1e9;
    double receiverSeconds = CProgram.number(line, "receiverCpuNanos") / 1e9;
    double senderSeconds = CProgram.number(line, "senderCpuNanos") / 1e9;
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.accesses, pages);
    figures.put(Figure.seconds, seconds);
    figures.put(Figure.accessesPerSecond, pages / seconds);
    figures.put(Figure.megabytesPerSecond, pages * Content.PAGE_BYTES / 1e6 / seconds);
    figures.put(Figure.applicationCpuSeconds, receiverSeconds);
    figures.put(Figure.exporterCpuSeconds, senderSeconds);
    figures.put(Figure.cpuMicrosPerAccess, (receiverSeconds + senderSeconds) * 1e6 / pages);
    figures.put(Figure.pageCluster, -1.0);
    return new Run(figures, "");
  }
}
