package io.elasticmemory.ffm.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.port.Cpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 300, unit = TimeUnit.SECONDS)
class LinuxCpusTest {
  private static final int SPIN_SECONDS = 30;

  private final LinuxProcesses processes = new LinuxProcesses();

  private static int ownThread() throws Exception {
    String link = Files.readSymbolicLink(Path.of("/proc/thread-self")).toString();
    return Integer.parseInt(link.substring(link.lastIndexOf('/') + 1));
  }

  /** On a thread of its own: what is bound here stays bound. */
  private static void onAThread(Body body) throws Exception {
    Throwable[] failure = new Throwable[1];
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    body.run();
                  } catch (Throwable e) {
                    failure[0] = e;
                  }
                });
    thread.join();
    assertThat(failure[0]).isNull();
  }

  private interface Body {
    void run() throws Exception;
  }

  @Test
  void bindsAndReleases() throws Exception {
    onAThread(
        () -> {
          try (Cpus cpus = processes.openCpus()) {
            int before = cpus.count();
            assertThat(before).isPositive();
            int last = cpus.cpu(before - 1);
            assertThat(cpus.bind(last)).isTrue();
            assertThat(cpus.cpuOf(ownThread())).isEqualTo(last);
            assertThat(cpus.count()).isEqualTo(before);
            try (Cpus narrow = processes.openCpus()) {
              assertThat(narrow.count()).isEqualTo(1);
            }
            cpus.release();
            try (Cpus wide = processes.openCpus()) {
              assertThat(wide.count()).isEqualTo(before);
            }
          }
        });
  }

  @Test
  void heedsWhoeverPinsTheThreadMeanwhile() throws Exception {
    onAThread(
        () -> {
          try (Cpus cpus = processes.openCpus()) {
            int first = cpus.cpu(0);
            processes.pinThread(first);
            assertThat(cpus.cpuOf(ownThread())).isEqualTo(first);
            assertThat(cpus.count()).isEqualTo(1);
          }
          try (Cpus after = processes.openCpus()) {
            assertThat(after.count()).isEqualTo(1);
          }
        });
  }

  @Test
  void refusesACpuThatIsNotTheThreads() throws Exception {
    onAThread(
        () -> {
          try (Cpus cpus = processes.openCpus()) {
            assertThat(cpus.bind(-1)).isFalse();
            assertThat(cpus.bind(1023)).isFalse();
            assertThat(cpus.bind(4096)).isFalse();
            assertThatThrownBy(() -> cpus.cpu(cpus.count()))
                .isInstanceOf(IndexOutOfBoundsException.class);
          }
        });
  }

  @Test
  void findsTheThreadOfAnotherProcessAndNoneThatHasEnded() throws Exception {
    Process sleep = new ProcessBuilder("sleep", "1000").start();
    try (Cpus cpus = processes.openCpus()) {
      assertThat(cpus.cpuOf((int) sleep.pid())).isNotNegative();
      sleep.destroyForcibly().waitFor();
      assertThat(cpus.cpuOf((int) sleep.pid())).isEqualTo(-1);
      assertThat(cpus.cpuOf(0)).isEqualTo(-1);
    } finally {
      sleep.destroyForcibly();
    }
  }

  @Test
  void countsTheTimeAThreadWaitsForItsCpu() throws Exception {
    onAThread(
        () -> {
          try (Cpus cpus = processes.openCpus()) {
            assertThat(cpus.bind(cpus.cpu(0))).isTrue();
            AtomicBoolean isOver = new AtomicBoolean();
            Thread rival =
                Thread.ofPlatform().daemon().start(() -> spin(() -> !isOver.get(), SPIN_SECONDS));
            long before = cpus.waitedNanos();
            long enough = before + TimeUnit.MILLISECONDS.toNanos(1);
            spin(() -> cpus.waitedNanos() <= enough, SPIN_SECONDS);
            isOver.set(true);
            assertThat(cpus.waitedNanos()).isGreaterThan(enough);
            rival.join();
          }
        });
  }

  private static void spin(BooleanSupplier goesOn, long secondsMax) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(secondsMax);
    while (goesOn.getAsBoolean() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
