package io.elasticmemory.samples.bench.prefetch;

import io.elasticmemory.samples.bench.fault.Placement;
import io.elasticmemory.samples.process.CProgram;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a disk gives whoever asks it directly: {@code disk_floor.c}, compiled on the spot, which
 * reads a file with direct I/O and one io_uring.
 */
public final class DiskFloor {
  /** The program runs on any CPU. */
  public static final int ANY_CPU = -1;

  private static final int RUN_SECONDS_MAX = 600;

  private final CProgram program;

  private DiskFloor(CProgram program) {
    this.program = program;
  }

  /**
   * What was measured.
   *
   * @param requests how many reads
   * @param nanos how long all of them took
   * @param cpuNanos CPU time that took
   */
  public record Rate(long requests, long nanos, long cpuNanos) {
    /** Reads in a second. */
    public double perSecond() {
      return requests * 1e9 / nanos;
    }
  }

  /** Compiles it into the workplace. */
  public static DiskFloor compile(Workplace workplace) throws IOException {
    return new DiskFloor(CProgram.compile(workplace, Placement.class, "disk_floor"));
  }

  /**
   * Reads at places that no disk can guess.
   *
   * @param file which was written up to {@code bytes}: what never was is not on the disk
   * @param depth reads under way at the same time
   * @param first number of the first place, see {@code disk_floor.c}
   */
  public Rate random(
      Path file, long bytes, int requestBytes, int depth, long requests, long first, int cpu)
      throws IOException {
    return run("random", file, bytes, requestBytes, depth, requests, first, cpu);
  }

  /** Reads one request after the other: with large ones, the disk's own sequential rate. */
  public Rate sequential(Path file, long bytes, int requestBytes, int depth, long requests, int cpu)
      throws IOException {
    return run("sequential", file, bytes, requestBytes, depth, requests, 0, cpu);
  }

  private Rate run(
      String order,
      Path file,
      long bytes,
      int requestBytes,
      int depth,
      long requests,
      long first,
      int cpu)
      throws IOException {
    String line =
        program.run(
            RUN_SECONDS_MAX,
            order,
            file.toString(),
            Long.toString(bytes),
            Integer.toString(requestBytes),
            Integer.toString(depth),
            Long.toString(requests),
            Long.toString(first),
            Integer.toString(cpu));
    return new Rate(
        CProgram.number(line, "requests"),
        CProgram.number(line, "nanos"),
        CProgram.number(line, "cpuNanos"));
  }
}
