package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.bench.Median;
import io.elasticmemory.samples.bench.fault.Placement;
import io.elasticmemory.samples.bench.prefetch.DiskFloor;
import io.elasticmemory.samples.bench.report.LadderRow.LadderRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;

/**
 * A scan of a space over a spill file, as a part of what the disk itself gives a C program that
 * reads a file in order with direct I/O.
 *
 * @param run the scan
 */
record DeviceScanRow(String name, String title, Target target, LadderRun run) implements Row {
  private static final int ROUNDS = 3;
  private static final int REQUEST_BYTES = 1 << 20;
  private static final int REQUESTS_UNDER_WAY = 8;

  @Override
  public String placement() {
    return run.placement() + "; the C program on that CPU too";
  }

  @Override
  public List<Estimate> estimates() {
    // Written once and read in each round.
    double seconds = 5 + run.sizeMib() * (0.003 + ROUNDS * 0.001);
    return List.of(run.estimate(), new Estimate("device", seconds));
  }

  @Override
  public Measurement measure(Workloads workloads) throws IOException, NotMeasuredException {
    double[] device = deviceMegabytes(workloads);
    double scan =
        LadderRun.cell(run.json(workloads), "ssd").number("megabytesPerSecond") / Median.of(device);
    return new Measurement(scan, ROUNDS);
  }

  private double[] deviceMegabytes(Workloads workloads) throws IOException {
    DiskFloor floor = DiskFloor.compile(workloads.workplace());
    Path file = workloads.workplace().directory().resolve("device");
    long bytes = Long.parseLong(workloads.choose(Integer.toString(run.sizeMib()), "64")) << 20;
    double[] megabytes = new double[ROUNDS];
    try {
      write(file, bytes);
      for (int i = 0; i < ROUNDS; i++) {
        int cpu = Placement.one().application();
        long requests = bytes / REQUEST_BYTES;
        megabytes[i] =
            floor
                    .sequential(file, bytes, REQUEST_BYTES, REQUESTS_UNDER_WAY, requests, cpu)
                    .perSecond()
                * REQUEST_BYTES
                / 1e6;
      }
    } finally {
      Files.deleteIfExists(file);
    }
    return megabytes;
  }

  /** Noise, which no disk can make smaller. */
  private static void write(Path file, long bytes) throws IOException {
    byte[] noise = new byte[REQUEST_BYTES];
    Random random = new Random(1);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long done = 0; done < bytes; done += REQUEST_BYTES) {
        random.nextBytes(noise);
        ByteBuffer buffer = ByteBuffer.wrap(noise);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
      channel.force(true);
    }
  }
}
