package io.elasticmemory.ffm.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.LinuxConstants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 300, unit = TimeUnit.SECONDS)
class FenceTest {
  private static final long BYTES = 1L << 20;

  @TempDir private Path directory;
  private final Executor threads = task -> Thread.ofPlatform().daemon().start(task);
  private final List<String> notices = new CopyOnWriteArrayList<>();

  private Descriptor spillFile() {
    Path path = directory.resolve("spill");
    return Descriptor.of(new LinuxFiles().createSpillFile(path, BYTES, true));
  }

  @Test
  void isPassedAtOnceWhereNobodyHasWritten() {
    try (Descriptor file = spillFile()) {
      assertThat(Fence.none(file).isPassed()).isTrue();
    }
  }

  @Test
  void ofAFileIsPassedSoonAndChangesNothing() {
    try (Descriptor file = spillFile()) {
      long before = FileCalls.lseek(file.descriptor(), 0, 2);
      Fence fence = Fence.begin(file, "spill", BYTES / 2, notices::add, threads);
      Awaitility.await().atMost(30, TimeUnit.SECONDS).until(fence::isPassed);
      assertThat(FileCalls.lseek(file.descriptor(), 0, 2)).isEqualTo(before);
      assertThat(notices).isEmpty();
    }
  }

  @Test
  void isNeverPassedWhereItCannotBeKnownAndSaysSo() throws Exception {
    Path plain = Files.createFile(directory.resolve("plain"));
    long opened = FileCalls.open(plain.toString(), LinuxConstants.O_RDONLY, 0);
    try (Descriptor file = new Descriptor((int) opened, "plain")) {
      Fence fence = Fence.begin(file, "plain", 0, notices::add, threads);
      Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> !notices.isEmpty());
      assertThat(notices).hasSize(1);
      assertThat(notices.getFirst()).startsWith("plain: nothing is written there any more");
      assertThat(fence.isPassed()).isFalse();
    }
  }

  @Test
  void ofADeviceIsPassedWhenNoWriteIsUnderWayHoweverMuchIsRead() throws Exception {
    Iterator<String> counts = List.of("       3        2\n", "0 1", "1 1", "7 0").iterator();
    Fence.awaitDevice(-1, counts::next);
    assertThat(counts).isExhausted();
  }

  @Test
  void ofADeviceIsPassedWithTheOthersThoughTheyWriteAgainAtOnce() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicInteger looks = new AtomicInteger();
    Thread other =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    Fence.awaitDevice(
                        -2,
                        () -> {
                          begun.countDown();
                          looks.incrementAndGet();
                          return "0 1";
                        });
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
    begun.await();
    int before = looks.get();
    Awaitility.await().until(() -> looks.get() > before + 2);
    Fence.awaitDevice(-2, () -> "0 0");
    assertThat(other.join(Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void knowsTheNumbersUnderWhichTheKernelListsDevices() throws Exception {
    List<String> listed = new ArrayList<>();
    try (var devices = Files.list(Path.of("/sys/dev/block"))) {
      devices.forEach(device -> listed.add(device.getFileName().toString()));
    }
    assertThat(listed).isNotEmpty();
    for (String numbers : listed) {
      String[] parts = numbers.split(":");
      long major = Long.parseLong(parts[0]);
      long minor = Long.parseLong(parts[1]);
      long device =
          (major & 0xfff) << 8 | (major & ~0xfffL) << 32 | minor & 0xff | (minor & ~0xffL) << 12;
      assertThat(Fence.major(device)).isEqualTo(major);
      assertThat(Fence.minor(device)).isEqualTo(minor);
    }
  }
}
