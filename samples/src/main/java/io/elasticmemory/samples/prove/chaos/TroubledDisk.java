package io.elasticmemory.samples.prove.chaos;

import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.prove.disk.DiskFault;
import io.elasticmemory.samples.prove.disk.DiskWeather;
import io.elasticmemory.samples.prove.disk.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A disk that fails in all ways that cost nothing but time: some transfers fail, are late, or bring
 * other bytes, and when they are repeated they succeed. A write that is acknowledged is made. Gone
 * with its workplace.
 */
final class TroubledDisk implements RoundDisk {
  private static final Duration DELAY = Duration.ofMillis(200);

  /** Of so many transfers one has trouble; a full disk takes no write at all. */
  private static final int ONE_IN = 5;

  private static final Map<Harm, DiskFault> FAULTS =
      new EnumMap<>(
          Map.of(
              Harm.FILL_DISK, DiskFault.FULL,
              Harm.FAIL_DISK, DiskFault.ERROR,
              Harm.SHORTEN_DISK, DiskFault.SHORT,
              Harm.SLOW_DISK, DiskFault.SLOW,
              Harm.FLIP_DISK_READS, DiskFault.FLIPPED,
              Harm.TEAR_DISK_READS, DiskFault.TORN,
              Harm.MISDIRECT_DISK_READS, DiskFault.MISDIRECTED));

  private final FaultyDisk disk;
  private final SplittableRandom random;

  /** One for a file of so many MiB. */
  TroubledDisk(Workplace workplace, int mib, long seed) throws IOException {
    disk = FaultyDisk.mount(workplace, (long) mib << 20, DELAY);
    random = new SplittableRandom(seed);
  }

  @Override
  public Path file(String name) {
    return disk.directory().resolve(name);
  }

  @Override
  public boolean can(Harm harm) {
    return FAULTS.containsKey(harm);
  }

  @Override
  public void harm(Harm harm) {
    DiskFault fault = FAULTS.getOrDefault(harm, DiskFault.NONE);
    boolean isLie =
        switch (fault) {
          case FLIPPED, TORN, MISDIRECTED -> true;
          default -> false;
        };
    SplittableRandom own = random.split();
    DiskWeather weather =
        (write, offset, bytes) ->
            fault == DiskFault.FULL || (own.nextInt(ONE_IN) == 0 && !(isLie && write))
                ? fault
                : DiskFault.NONE;
    disk.weather(weather);
  }

  @Override
  public void heal() {
    disk.weather(DiskWeather.CALM);
  }

  @Override
  public void close() throws IOException {
    disk.close();
  }
}
