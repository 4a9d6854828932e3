package io.elasticmemory.ffm.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.ffm.ChildJvm;
import io.elasticmemory.ffm.libc.ProcessCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pagers with an undertaker, which is a child of this process as they are. */
class UndertakerTest {
  private static final int SECONDS_MAX = 60;
  private static final long PAGER_KIB_MIN = 16 << 10;

  private static final String SOURCE =
      """
      #include <sys/syscall.h>
      .intel_syntax noprefix
              mov     rbp, rdi                /* what it is given */
              mov     ebx, [rbp]              /* the pidfd */
              mov     eax, SYS_rt_sigprocmask
              xor     edi, edi                /* SIG_BLOCK */
              lea     rsi, [rbp+8]            /* the mask */
              xor     edx, edx
              mov     r10d, 8
              syscall
              mov     eax, SYS_close_range
              xor     edi, edi
              lea     esi, [rbx-1]
              xor     edx, edx
              syscall
              test    eax, eax
              jnz     quit
              mov     eax, SYS_close_range
              lea     edi, [rbx+1]
              or      esi, -1
              xor     edx, edx
              syscall
              test    eax, eax
              jnz     quit
              mov     eax, SYS_prctl
              mov     edi, 15                 /* PR_SET_NAME */
              lea     rsi, [rbp+16]           /* the name */
              syscall
      wait:   mov     eax, SYS_poll
              mov     rdi, rbp
              mov     esi, 1
              or      edx, -1
              syscall
              cmp     eax, -4                 /* EINTR */
              je      wait
      quit:   mov     eax, SYS_exit_group
              xor     edi, edi
              syscall
      """;

  @TempDir Path directory;
  private Process pager;
  private long undertaker;

  @BeforeEach
  void start() throws Exception {
    List<String> command = new ArrayList<>(ChildJvm.command(LinuxProcessesTest.PagerMain.class));
    command.add(1, "-D" + LinuxProcesses.UNDERTAKER + "=true");
    pager = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    assertThat(pager.inputReader(UTF_8).readLine()).isEqualTo("ready");
    Awaitility.await().atMost(SECONDS_MAX, TimeUnit.SECONDS).until(() -> undertaker().isPresent());
    undertaker = undertaker().orElseThrow();
  }

  /** Other tests may have some at the same time. */
  private Optional<Long> undertaker() {
    return ProcessHandle.current()
        .children()
        .map(ProcessHandle::pid)
        .filter(child -> child > pager.pid() && isUndertaker(child))
        .findFirst();
  }

  private static boolean isUndertaker(long pid) {
    try {
      return Files.readString(file(pid, "comm")).strip().equals(Undertaker.NAME);
    } catch (IOException e) {
      return false;
    }
  }

  @AfterEach
  void end() throws Exception {
    pager.destroyForcibly().waitFor();
    awaitEnd();
    assertThat(ProcessCalls.reap(undertaker)).isEqualTo(undertaker);
  }

  private void awaitEnd() {
    Awaitility.await()
        .atMost(SECONDS_MAX, TimeUnit.SECONDS)
        .until(() -> status("State").startsWith("Z"));
  }

  private static Path file(long pid, String name) {
    return Path.of("/proc/" + pid + "/" + name);
  }

  private String status(String field) throws IOException {
    return Files.readAllLines(file(undertaker, "status")).stream()
        .filter(line -> line.startsWith(field + ":"))
        .map(line -> line.substring(field.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  @Test
  void itsCodeIsWhatAnAssemblerMakesOfItsSource() throws Exception {
    Path source = Files.writeString(directory.resolve("undertaker.S"), SOURCE);
    Path object = directory.resolve("undertaker.o");
    Path code = directory.resolve("undertaker.bin");
    run("gcc", "-c", "-o", object.toString(), source.toString());
    run("objcopy", "-O", "binary", "-j", ".text", object.toString(), code.toString());

    assertThat(Files.readAllBytes(code)).isEqualTo(Undertaker.CODE);
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  @Test
  void holdsNothingButThePidfdAndHearsNoSignals() throws Exception {
    try (Stream<Path> descriptors = Files.list(file(undertaker, "fd"))) {
      List<Path> all = descriptors.toList();
      assertThat(all).hasSize(1);
      assertThat(Files.readSymbolicLink(all.getFirst())).hasToString("anon_inode:[pidfd]");
    }
    assertThat(status("SigBlk")).as("all but KILL and STOP").isEqualTo("fffffffffffbfeff");
  }

  @Test
  void aPagerIsGoneAlthoughItsMemoryIsStillThere() throws Exception {
    signal("STOP");
    try {
      pager.destroyForcibly();

      assertThat(pager.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
      assertThat(residentKib()).isGreaterThan(PAGER_KIB_MIN);
    } finally {
      signal("CONT");
    }
    awaitEnd();
  }

  private long residentKib() throws IOException {
    return Long.parseLong(status("VmRSS").split(" ")[0]);
  }

  private void signal(String name) throws Exception {
    run("kill", "-" + name, Long.toString(undertaker));
  }

  @Test
  void isDismissedByAPagerThatEndsInOrder() throws Exception {
    pager.getOutputStream().write('\n');
    pager.getOutputStream().flush();

    assertThat(pager.inputReader(UTF_8).readLine()).isEqualTo("ended");
    awaitEnd();
    assertThat(pager.isAlive()).isTrue();
  }

  @Test
  void aPagerWhoseUndertakerIsKilledGoesOn() throws Exception {
    signal("KILL");
    awaitEnd();

    pager.getOutputStream().close();
    assertThat(pager.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    assertThat(pager.exitValue()).isZero();
  }
}
