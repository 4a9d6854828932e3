package io.elasticmemory.ffm.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.ChildJvm;
import io.elasticmemory.ffm.epoll.EpollPoller;
import io.elasticmemory.ffm.host.Kernel;
import io.elasticmemory.ffm.libc.OpenDescriptors;
import io.elasticmemory.ffm.socket.LinuxSockets;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Lifeline;
import io.elasticmemory.port.Peer;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.ProcessGroup;
import io.elasticmemory.port.Sockets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 300, unit = TimeUnit.SECONDS)
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
  void saysHowAProcessEnded() throws Exception {
    Process killed = new ProcessBuilder("sleep", "1000").start();
    Process failed = new ProcessBuilder("sh", "-c", "read x; exit 3").start();
    try (Peer one = processes.open(killed.pid());
        Peer other = processes.open(failed.pid())) {
      assertThat(one.waitStatus()).isEmpty();
      one.kill();
      failed.getOutputStream().close();
      killed.waitFor();
      failed.waitFor();
      boolean isKnown = Kernel.isAtLeast("6.15");
      assertThat(one.waitStatus()).isEqualTo(isKnown ? OptionalInt.of(9) : OptionalInt.empty());
      assertThat(other.waitStatus())
          .isEqualTo(isKnown ? OptionalInt.of(3 << 8) : OptionalInt.empty());
    } finally {
      killed.destroyForcibly();
      failed.destroyForcibly();
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
      assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
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
      assertThat(limits(child.pid())).containsPattern("Max core file size +1 +1 ");
      child.getOutputStream().close();
      assertThat(child.waitFor()).isZero();
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void aProgramStartsInAGroupOfItsOwnWithNothingButWhatItIsGiven() throws Exception {
    Sockets.Pair pair = new LinuxSockets().pair();
    List<String> words =
        List.of(
            "/bin/sh",
            "-c",
            "ls -l /proc/$$/fd >&4; echo \"$0 $GIVEN\" >&4; sleep 60 & wait",
            "öne");
    try (ControlChannel here = pair.here();
        ProcessGroup group =
            processes.start(
                words, Map.of("GIVEN", "x y", "PATH", "/bin:/usr/bin"), pair.there(), false)) {
      pair.there().close();
      BufferedReader errors = new BufferedReader(new InputStreamReader(group.errors(), UTF_8));
      List<String> lines = new ArrayList<>();
      do {
        lines.add(errors.readLine());
      } while (!lines.getLast().endsWith("x y"));
      String all = String.join("\n", lines);
      assertThat(all).contains(" 0 -> /dev/null", " 3 -> socket:", " 4 -> pipe:");
      assertThat(lines.stream().filter(line -> line.contains(" -> ")).count())
          .as(all)
          .isLessThanOrEqualTo(6);
      assertThat(statusField(group.pid(), "NSpgid")).isEqualTo(String.valueOf(group.pid()));
      assertThat(statusField(group.pid(), "SigBlk")).isEqualTo("0000000000000000");
      assertThat(group.isAlive()).isTrue();

      group.kill();

      assertThat(group.awaitEnd(10_000)).isTrue();
      assertThat(errors.readLine()).as("its child has ended as well").isNull();
      assertThat(here.receive(MemorySegment.ofArray(new byte[8]), new ArrayList<>(), 10_000))
          .isEqualTo(-1);
      group.close();
      group.kill();
    }
  }

  @Test
  void saysWhichProgramCannotBeStartedAndLeavesNothing() throws Exception {
    Sockets.Pair pair = new LinuxSockets().pair();
    Set<String> before = OpenDescriptors.now();
    assertThatThrownBy(() -> processes.start(List.of("/no/such"), Map.of(), pair.there(), true))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("/no/such could not be started: ENOENT");
    assertThat(OpenDescriptors.now()).isSubsetOf(before);
    pair.here().close();
    pair.there().close();
  }

  @Test
  void seesThatAProcessStandsStill() throws Exception {
    Process child = new ProcessBuilder("sleep", "60").start();
    try (Peer peer = processes.open(child.pid())) {
      assertThat(peer.isStopped()).isFalse();
      signal("STOP", child);
      Awaitility.await().until(peer::isStopped);
      signal("CONT", child);
      Awaitility.await().until(() -> !peer.isStopped());
      signal("STOP", child);
      peer.kill();
      child.waitFor();
      assertThat(peer.isStopped()).isFalse();
    } finally {
      child.destroyForcibly();
    }
  }

  private static void signal(String name, Process to) throws Exception {
    new ProcessBuilder("kill", "-" + name, String.valueOf(to.pid())).start().waitFor();
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

  /** Becomes a pager, ends to be one at the first line, and itself at the end of its input. */
  static final class PagerMain {
    public static void main(String[] arguments) throws Exception {
      LinuxProcesses processes = new LinuxProcesses();
      processes.becomePager();
      System.out.println("ready");
      while (System.in.read() >= 0) {
        processes.endPager();
        System.out.println("ended");
      }
      System.exit(0);
    }
  }
}
