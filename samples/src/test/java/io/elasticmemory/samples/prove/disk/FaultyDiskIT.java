package io.elasticmemory.samples.prove.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.elasticmemory.EmpException;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That the disk is faulty in the way it says, and only then. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FaultyDiskIT {
  private static final int BYTES = 16 << 10;
  private static final int BYTES_MAX = 1 << 20;
  private static final Duration DELAY = Duration.ofMillis(200);

  @BeforeAll
  static void canBeMounted() {
    assumeThat(FaultyDisk.isPossible()).as("root, /dev/fuse and gcc").isTrue();
  }

  @FunctionalInterface
  private interface Story {
    void tell(FaultyDisk disk, FileChannel file) throws Exception;
  }

  private static void tell(Story story) throws Exception {
    Path directory;
    try (Workplace workplace = Workplace.create();
        FaultyDisk disk = FaultyDisk.mount(workplace, BYTES_MAX, DELAY)) {
      directory = disk.directory();
      try (FileChannel file = create(disk)) {
        story.tell(disk, file);
      }
    }
    assertThat(mounts()).doesNotContain(directory.toString());
  }

  private static FileChannel create(FaultyDisk disk) throws IOException {
    return FileChannel.open(
        disk.directory().resolve("file"),
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  private static String mounts() throws IOException {
    return Files.readString(Path.of("/proc/mounts"));
  }

  private static ByteBuffer data(int value) {
    byte[] bytes = new byte[BYTES];
    Arrays.fill(bytes, (byte) value);
    return ByteBuffer.wrap(bytes);
  }

  private static byte[] read(FileChannel file, long offset) throws IOException {
    byte[] bytes = new byte[BYTES];
    assertThat(file.read(ByteBuffer.wrap(bytes), offset)).isEqualTo(BYTES);
    return bytes;
  }

  private static DiskWeather only(boolean writes, DiskFault fault) {
    return (write, offset, bytes) -> write == writes ? fault : DiskFault.NONE;
  }

  private static int differences(byte[] found, int value) {
    int different = 0;
    for (byte each : found) {
      different += Integer.bitCount((each ^ value) & 0xff);
    }
    return different;
  }

  @Test
  void keepsWhatItIsGivenInCalmWeather() throws Exception {
    tell(
        (disk, file) -> {
          assertThat(file.write(data(3), 4096)).isEqualTo(BYTES);
          assertThat(file.write(data(5), 4096 + BYTES)).isEqualTo(BYTES);
          assertThat(differences(read(file, 4096), 3)).isZero();
          assertThat(differences(read(file, 4096 + BYTES), 5)).isZero();
          assertThat(Files.exists(disk.directory().resolve("file"))).isTrue();
          Files.delete(disk.directory().resolve("file"));
          assertThat(Files.exists(disk.directory().resolve("file"))).isFalse();
          assertThat(differences(read(file, 4096), 3)).isZero();
        });
  }

  @Test
  void saysSoWhenATransferFails() throws Exception {
    tell(
        (disk, file) -> {
          file.write(data(3), 0);
          disk.weather(only(false, DiskFault.ERROR));
          assertThatThrownBy(() -> read(file, 0)).isInstanceOf(IOException.class);
          disk.weather(only(true, DiskFault.FULL));
          assertThatThrownBy(() -> file.write(data(4), 0))
              .isInstanceOf(IOException.class)
              .hasMessageContaining("No space");
          disk.weather(only(true, DiskFault.SHORT));
          assertThat(file.write(data(4), BYTES)).isLessThan(BYTES);
          disk.weather(DiskWeather.CALM);
          assertThat(differences(read(file, 0), 3)).isZero();
          assertThat(disk.injected(DiskFault.ERROR)).isPositive();
          assertThat(disk.injected(DiskFault.FULL)).isPositive();
        });
  }

  @Test
  void liesAboutReads() throws Exception {
    tell(
        (disk, file) -> {
          file.write(data(3), 0);
          disk.weather(only(false, DiskFault.FLIPPED));
          assertThat(differences(read(file, 0), 3)).isPositive();
          disk.weather(only(false, DiskFault.TORN));
          assertThat(differences(read(file, 0), 3)).isGreaterThan(BYTES);
          disk.weather(only(false, DiskFault.MISDIRECTED));
          assertThat(differences(read(file, 0), 0)).isZero();
          disk.weather(DiskWeather.CALM);
          assertThat(differences(read(file, 0), 3)).isZero();
        });
  }

  @Test
  void liesAboutWrites() throws Exception {
    tell(
        (disk, file) -> {
          for (DiskFault fault :
              new DiskFault[] {
                DiskFault.LOST, DiskFault.TORN, DiskFault.FLIPPED, DiskFault.MISDIRECTED
              }) {
            disk.weather(DiskWeather.CALM);
            file.write(data(3), 0);
            disk.weather(only(true, fault));
            assertThat(file.write(data(60), 0)).isEqualTo(BYTES);
            disk.weather(DiskWeather.CALM);
            assertThat(differences(read(file, 0), 60)).as(fault.name()).isPositive();
          }
        });
  }

  @Test
  void isSlow() throws Exception {
    tell(
        (disk, file) -> {
          file.write(data(3), 0);
          disk.weather(only(false, DiskFault.SLOW));
          long before = System.nanoTime();
          assertThat(differences(read(file, 0), 3)).isZero();
          assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(DELAY.toNanos());
        });
  }

  @Test
  void isStuckUntilItIsReleased() throws Exception {
    tell(
        (disk, file) -> {
          file.write(data(3), 0);
          FutureTask<byte[]> stuck = stick(disk, file);
          assertThat(stuck.isDone()).isFalse();
          // Others go on.
          assertThat(differences(read(file, 0), 3)).isZero();
          assertThat(stuck.isDone()).isFalse();
          disk.release();
          assertThat(differences(stuck.get(), 3)).isZero();
        });
  }

  /** Reads in vain, and has calm weather again. */
  private static FutureTask<byte[]> stick(FaultyDisk disk, FileChannel file) throws Exception {
    disk.weather(only(false, DiskFault.STUCK));
    FutureTask<byte[]> stuck = new FutureTask<>(() -> read(file, 0));
    Thread.ofPlatform().daemon().start(stuck);
    while (disk.injected(DiskFault.STUCK) == 0) {
      Thread.sleep(5);
    }
    disk.weather(DiskWeather.CALM);
    return stuck;
  }

  @Test
  void isGoneAtItsEndAlthoughSomebodyWaitsForIt() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      FaultyDisk disk = FaultyDisk.mount(workplace, BYTES_MAX, DELAY);
      FileChannel file = create(disk);
      FutureTask<byte[]> stuck = stick(disk, file);
      disk.close();
      assertThat(mounts()).doesNotContain(disk.directory().toString());
      assertThatThrownBy(stuck::get).hasCauseInstanceOf(IOException.class);
      assertThatThrownBy(file::close).isInstanceOf(IOException.class);
    }
  }

  @Test
  void isGoneWithItsWorkplace() throws Exception {
    Workplace workplace = Workplace.create();
    FaultyDisk disk = FaultyDisk.mount(workplace, BYTES_MAX, DELAY);
    create(disk).close();
    workplace.close();
    assertThat(mounts()).doesNotContain(disk.directory().toString());
    assertThat(workplace.directory()).doesNotExist();
    disk.close();
  }

  @Test
  void saysSoWhenItCannotBeMounted() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      Path nowhere = workplace.directory().resolve("nowhere");
      assertThatThrownBy(
              () -> FuseConnection.mount(workplace, nowhere, _ -> FuseAnswer.failed(1)).close())
          .isInstanceOf(EmpException.class)
          .hasMessageContaining(nowhere + "; that takes root");
    }
  }
}
