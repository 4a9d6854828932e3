package io.elasticmemory.ffm.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.ChildJvm;
import io.elasticmemory.ffm.epoll.EpollPoller;
import io.elasticmemory.port.Lifeline;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.Poller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LinuxProcessesTest {
  private static final int SIGKILL_STATUS = 128 + 9;

  private final LinuxProcesses processes = new LinuxProcesses();

  @Test
  void seesAProcessEnd() throws Exception {
    Process sleep = new ProcessBuilder("sleep", "1000").start();
    try (Peer peer = processes.open(sleep.pid());
        Poller poller = new EpollPoller()) {
      int[] events = {0};
      poller.watch(peer, Poller.READ, happened -> events[0] = happened);
      assertThat(peer.pid()).isEqualTo(sleep.pid());
      assertThat(peer.isAlive()).isTrue();
      assertThat(poller.await(0)).isZero();
      peer.kill();
      assertThat(poller.await(5_000_000_000L)).isEqualTo(1);
      assertThat(events[0] & Poller.READ).isNotZero();
      assertThat(peer.isAlive()).isFalse();
      assertThat(sleep.waitFor()).isEqualTo(SIGKILL_STATUS);
      peer.kill();
    } finally {
      sleep.destroyForcibly();
    }
  }

  @Test
  void saysThatAProcessHasEndedBefore() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    assertThatThrownBy(() -> processes.open(process.pid()))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("process " + process.pid() + " has ended");
    assertThatThrownBy(() -> processes.open(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void pinsThreads() throws Exception {
    int cpu = 0;
    String[] allowed = {""};
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  processes.pinThread(cpu);
                  allowed[0] = allowedCpus();
                });
    thread.join();
    assertThat(allowed[0]).isEqualTo("0");
  }

  private static String allowedCpus() {
    try (var lines = Files.lines(Path.of("/proc/thread-self/status"))) {
      return lines
          .filter(line -> line.startsWith("Cpus_allowed_list:"))
          .map(line -> line.split("\\s+")[1])
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void refusesCpusThatAreNotThere() {
    assertThatThrownBy(() -> processes.pinThread(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> processes.pinThread(1024))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> processes.pinThread(1023))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("[1023]");
    assertThatThrownBy(() -> processes.pinThread()).isInstanceOf(EmpException.class);
  }

  @Test
  void anArmedLifelineKillsWhenItsOtherEndCloses() throws Exception {
    Process child = ChildJvm.start(LifelineMain.class, "armed");
    try {
      awaitLine(child, "ready");
      long start = System.nanoTime();
      child.getOutputStream().write('\n');
      child.getOutputStream().flush();
      assertThat(child.waitFor()).isEqualTo(SIGKILL_STATUS);
      // At once; but the machine may have other things to do than to tell us.
      assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void aDisarmedLifelineIsHarmless() throws Exception {
    Process child = ChildJvm.start(LifelineMain.class, "disarmed");
    try {
      awaitLine(child, "ready");
      child.getOutputStream().write('\n');
      child.getOutputStream().flush();
      assertThat(child.waitFor()).isZero();
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void aLifelineThatIsLostAlreadyCannotBeArmed() {
    try (Lifeline lifeline = processes.createLifeline()) {
      lifeline.otherEnd().close();
      assertThatThrownBy(lifeline::arm)
          .isInstanceOf(EmpException.class)
          .hasMessageContaining("has ended");
    }
  }

  @Test
  void closingALifelineTwiceOrArmedIsHarmless() {
    Lifeline lifeline = processes.createLifeline();
    lifeline.arm();
    lifeline.close();
    lifeline.close();
  }

  /** Ctrl-C and a plain kill are for the application; the pager ends when the application does. */
  @Test
  void aPagerIsDeafToSignalsThatEndApplications() throws Exception {
    Process child = ChildJvm.start(PagerMain.class);
    try {
      awaitLine(child, "ready");
      for (String signal : List.of("INT", "TERM", "HUP")) {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(child.pid())).start().waitFor();
      }
      assertThat(child.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
      assertThat(statusField(child.pid(), "NSpgid")).isEqualTo(String.valueOf(child.pid()));
      assertThat(limits(child.pid())).containsPattern("Max core file size +1 +1 ");
      child.getOutputStream().close();
      assertThat(child.waitFor()).isZero();
    } finally {
      child.destroyForcibly();
    }
  }

  private static String statusField(long pid, String name) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.split("\\s+")[1])
        .findFirst()
        .orElseThrow();
  }

  private static String limits(long pid) throws IOException {
    return Files.readString(Path.of("/proc/" + pid + "/limits"));
  }

  private static void awaitLine(Process child, String expected) throws IOException {
    StringBuilder line = new StringBuilder();
    int c;
    while ((c = child.getInputStream().read()) >= 0 && c != '\n') {
      line.append((char) c);
    }
    assertThat(line.toString()).isEqualTo(expected);
  }

  /** Holds both ends of a lifeline and closes the other end when it reads a line. */
  static final class LifelineMain {
    public static void main(String[] arguments) throws Exception {
      Lifeline lifeline = new LinuxProcesses().createLifeline();
      lifeline.arm();
      if (arguments[0].equals("disarmed")) {
        lifeline.disarm();
      }
      System.out.println("ready");
      int _ = System.in.read();
      lifeline.otherEnd().close();
      Thread.sleep(100);
      System.exit(0);
    }
  }

  /** Becomes a pager and ends at the end of its input. */
  static final class PagerMain {
    public static void main(String[] arguments) throws Exception {
      new LinuxProcesses().becomePager();
      System.out.println("ready");
      byte[] rest = System.in.readAllBytes();
      System.out.println(new String(rest, StandardCharsets.UTF_8));
      System.exit(0);
    }
  }
}
