package io.elasticmemory.space;

import static io.elasticmemory.port.PagerProgram.REFUSED;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.elasticmemory.wire.NextPagerLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The watcher with shells for pagers, which note that they were started. */
class WatcherScriptTest {
  private static final int SECONDS_MAX = 60;
  private static final String SERVE = "echo serving $$; exec sleep 600";
  private static final String ENDED =
      "emp: the pager has ended and no other can be started; the memory of this process is lost, so"
          + " it is ended too\n";

  /** HUP, INT, QUIT, PIPE and TERM. */
  private static final long TRAPPED = 1L << 0 | 1L << 1 | 1L << 2 | 1L << 12 | 1L << 14;

  @TempDir Path directory;
  private Process application;
  private Process watcher;

  @BeforeEach
  void start() throws IOException {
    application = new ProcessBuilder("sleep", "600").start();
  }

  @AfterEach
  void end() {
    application.destroyForcibly();
    if (watcher != null) {
      watcher.descendants().forEach(ProcessHandle::destroyForcibly);
      watcher.destroyForcibly();
    }
  }

  /** Watches shells that do this; descriptor 4 is thrown away. */
  private void watch(String standby, String pager) throws IOException {
    watch(standby, pager, pager, "");
  }

  private void watch(String standby, String pager, String plain, String archive)
      throws IOException {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("/bin/sh", "-c", "exec 4>/dev/null; exec /bin/sh -c \"$@\"", "test"));
    words.addAll(List.of(WatcherScript.TEXT, "emp-watcher", Long.toString(application.pid())));
    words.addAll(List.of(standby, next().toString(), NextPagerLayout.quoted(command(pager))));
    words.addAll(List.of(NextPagerLayout.quoted(command(plain)), archive));
    Files.writeString(next(), "\n");
    watcher = new ProcessBuilder(words).start();
  }

  private List<String> command(String pager) {
    return List.of("/bin/sh", "-c", "echo $$ >> \"$0\"; " + pager, started().toString());
  }

  /** From now on this is the next pager. */
  private void writeNext(String pager) throws IOException {
    MemorySegment text = MemorySegment.ofArray(new byte[NextPagerLayout.BYTES]);
    MemorySegment.copy(Files.readAllBytes(next()), 0, text, JAVA_BYTE, 0, (int) Files.size(next()));
    NextPagerLayout.write(text, command(pager));
    Files.write(next(), text.toArray(JAVA_BYTE));
  }

  private Path next() {
    return directory.resolve("next");
  }

  private Path started() {
    return directory.resolve("started");
  }

  /** Process ids of the pagers so far, once there are so many. */
  private List<Long> pagers(int count) {
    Awaitility.await()
        .atMost(SECONDS_MAX, TimeUnit.SECONDS)
        .pollInterval(10, TimeUnit.MILLISECONDS)
        .until(() -> pagers().size() >= count);
    return pagers();
  }

  private List<Long> pagers() {
    try {
      return Files.exists(started())
          ? Files.readAllLines(started()).stream().map(Long::valueOf).toList()
          : List.of();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void send(String signal, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor())
        .isZero();
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
  }

  @Test
  void startsPagersWithTheirArchiveWhileThereIsOne() throws Exception {
    Path archive = directory.resolve("an archive");
    Path ways = directory.resolve("ways");
    String way = "echo serving $$; echo %s >> " + ways + "; sleep 600";
    watch("", way.formatted("with"), way.formatted("without"), archive.toString());
    awaitLines(ways, "without");

    Files.writeString(archive, "classes");
    kill(pagers(1).getFirst());
    awaitLines(ways, "without", "with");
    Files.delete(archive);
    kill(pagers(2).getLast());
    awaitLines(ways, "without", "with", "without");
  }

  @Test
  void startsAPagerWithoutItsArchiveAfterOneThatFailedWithIt() throws Exception {
    Path archive = Files.writeString(directory.resolve("archive"), "harmful");
    Path ways = directory.resolve("ways");
    watch(
        "",
        "echo serving $$; echo with >> %s; exit 134".formatted(ways),
        "echo serving $$; echo without >> %s; sleep 600".formatted(ways),
        archive.toString());

    awaitLines(ways, "with", "without");
    assertThat(application.isAlive()).isTrue();
  }

  private static void awaitLines(Path file, String... lines) {
    Awaitility.await()
        .atMost(SECONDS_MAX, TimeUnit.SECONDS)
        .until(() -> Files.exists(file) && Files.readAllLines(file).equals(List.of(lines)));
  }

  @Test
  void startsAnotherPagerAtOnceWhenOneIsKilled() throws Exception {
    watch("", SERVE);
    List<Long> gaps = new ArrayList<>();
    for (int killed = 0; killed < 16; killed++) {
      long pager = pagers(killed + 1).getLast();
      long begun = System.nanoTime();
      kill(pager);
      pagers(killed + 2);
      gaps.add(System.nanoTime() - begun);
    }
    // Failures in a row would be a second apart from the fourth on; a busy machine makes some so.
    assertThat(gaps.stream().filter(gap -> gap < TimeUnit.SECONDS.toNanos(1)).count())
        .as("of the gaps %s", gaps)
        .isGreaterThan(8);
    assertThat(pagers()).doesNotHaveDuplicates();
    assertThat(application.isAlive()).isTrue();
  }

  @Test
  void killsWithOneLineWhenNoOtherPagerCanBeStarted() throws Exception {
    watch("", "[ $(wc -l < \"$0\") -gt 1 ] || echo serving $$; exit 1");

    assertThat(lastWords()).isEqualTo(ENDED);
    assertThat(applicationIsKilled()).isTrue();
  }

  @Test
  void startsTwoWithAStandbyAndGoesOnWhenTheStandbyFails() throws Exception {
    watch("standby", "mkdir \"$0.first\" || exit 1; " + SERVE);

    pagers(6);
    assertThat(application.isAlive()).isTrue();
    assertThat(watcher.isAlive()).isTrue();
  }

  /** Where /bin/sh is bash nobody tells it, and the standby looks by itself. */
  @Test
  void withAStandbyEndsAPagerThatIsStoppedAndStartsAnother() throws Exception {
    assumeThat(Path.of("/bin/sh").toRealPath().endsWith("bash")).isFalse();
    watch("standby", SERVE);
    long stopped = pagers(2).getFirst();

    send("STOP", stopped);

    assertThat(pagers(3)).contains(stopped);
    assertThat(ProcessHandle.of(stopped)).isEmpty();
    assertThat(application.isAlive()).isTrue();
  }

  @Test
  void withoutAStandbyEndsAPagerThatStaysStopped() throws Exception {
    assumeThat(Path.of("/bin/sh").toRealPath().endsWith("bash")).isFalse();
    watch("", SERVE);
    long stopped = pagers(1).getFirst();

    send("STOP", stopped);

    assertThat(pagers(2)).contains(stopped);
    assertThat(ProcessHandle.of(stopped)).isEmpty();
    assertThat(application.isAlive()).isTrue();
  }

  @Test
  void withoutAStandbyLetsAPagerThatIsStoppedGoOn() throws Exception {
    watch("", SERVE);
    long stopped = pagers(1).getFirst();

    send("STOP", stopped);
    TimeUnit.MILLISECONDS.sleep(500);
    send("CONT", stopped);

    assertThat(pagers()).containsExactly(stopped);
    assertThat(ProcessHandle.of(stopped)).isPresent();
  }

  @Test
  void printsTheReasonAndDoesNotWaitForTheEnd() throws Exception {
    watch(
        "",
        "echo serving $$; printf '%s\\n' 'stop block 17 is lost; 100% of \\n \"copies\" $HOME `x`';"
            + " exec sleep 60");

    assertThat(watcher.errorReader(UTF_8).readLine())
        .isEqualTo("emp: block 17 is lost; 100% of \\n \"copies\" $HOME `x`");
    assertThat(applicationIsKilled()).isTrue();
  }

  @Test
  void isSilentAfterAFarewell() throws Exception {
    watch("", "echo serving $$; echo bye");

    assertThat(lastWords()).isEmpty();
    assertThat(application.isAlive()).isTrue();
    assertThat(pagers()).hasSize(1);
  }

  /** It finds that the application is about to end. */
  @ParameterizedTest
  @ValueSource(strings = {"", "standby"})
  void isSilentWhenAPagerEndsInOrderAfterAnotherWasKilled(String standby) throws Exception {
    watch(standby, "mkdir \"$0.first\" || exit 0; echo serving $$; sleep 1; kill -9 $$");

    assertThat(lastWords()).isEmpty();
    assertThat(application.isAlive()).isTrue();
  }

  @Test
  void isSilentAboutAPagerThatNeverServed() throws Exception {
    watch("", "exit 1");

    assertThat(lastWords()).isEmpty();
    assertThat(application.isAlive()).isTrue();
  }

  @Test
  void startsNoOtherAfterOneThatWasRefused() throws Exception {
    watch("", "exit " + REFUSED);

    assertThat(lastWords()).isEmpty();
    assertThat(pagers()).hasSize(1);
  }

  /** Only the first can refuse a space. What starts standbys is one shell further from here. */
  @Test
  void startsAnotherStandbyAfterOneThatWasRefused() throws Exception {
    String parent = "read -r _ _ _ %s _ </proc/%s/stat; ";
    String isFirst = parent.formatted("up", "$PPID") + parent.formatted("top", "$up");
    watch(
        "standby",
        isFirst
            + "[ $top = %d ] || exit %d; ".formatted(ProcessHandle.current().pid(), REFUSED)
            + SERVE);

    pagers(6);
    assertThat(application.isAlive()).isTrue();
    assertThat(watcher.isAlive()).isTrue();
  }

  @Test
  void passesOverWhatACrashingJvmPrintsAndGivesUpWhenAllCrash() throws Exception {
    watch(
        "",
        "echo serving $$; echo '#'; echo '# A fatal error has been detected'; echo 'bye?';"
            + " exit 134");

    assertThat(lastWords()).isEqualTo(ENDED);
    assertThat(applicationIsKilled()).isTrue();
    assertThat(pagers()).as("some more may have been begun").hasSizeBetween(6, 20);
  }

  @Test
  void killsAlsoWhenNobodyReadsWhatItPrints() throws Exception {
    watch("", "echo serving $$; sleep 1; echo stop it");
    pagers(1);
    watcher.getErrorStream().close();

    assertThat(applicationIsKilled()).isTrue();
  }

  @Test
  void isDeafToTheSignalsOfATerminal() throws Exception {
    watch("", SERVE);
    long pager = pagers(1).getFirst();
    List<ProcessHandle> shells = new ArrayList<>(List.of(watcher.toHandle()));
    watcher.descendants().filter(each -> each.pid() != pager).forEach(shells::add);
    assertThat(shells).hasSize(3);
    shells.forEach(shell -> assertThat(ignored(shell) & TRAPPED).isEqualTo(TRAPPED));
  }

  /** A bit for each signal a process ignores: its own and those its parent ignored. */
  private static long ignored(ProcessHandle process) {
    try {
      return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
          .filter(line -> line.startsWith("SigIgn:"))
          .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void startsTheNextPagerByTheCommandThatIsThereByThen() throws Exception {
    watch("", SERVE);
    long first = pagers(1).getFirst();
    writeNext("echo another >> \"$0.said\"; " + SERVE);
    kill(first);
    long second = pagers(2).getLast();
    awaitSaid("another");

    kill(second);
    pagers(3);
    awaitSaid("another", "another");
    assertThat(application.isAlive()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 127, REFUSED})
  void goesBackToTheCommandBeforeWhenAPagerFailsAtItsStart(int code) throws Exception {
    watch("", "echo before >> \"$0.said\"; " + SERVE);
    long first = pagers(1).getFirst();
    writeNext("echo another >> \"$0.said\"; exit " + code);
    kill(first);

    awaitSaid("before", "another", "before");
    long third = pagers(3).getLast();
    kill(third);
    awaitSaid("before", "another", "before", "before");
    assertThat(application.isAlive()).isTrue();
  }

  @Test
  void takesNoCommandOfWhichTheEndsDiffer() throws Exception {
    watch("", SERVE);
    long first = pagers(1).getFirst();
    Files.writeString(next(), "2 exit 1 #1\n");
    kill(first);

    assertThat(ProcessHandle.of(pagers(2).getLast())).isPresent();
  }

  @Test
  void whenItIsCalledStartsTheNextPagerWhileTheOneBeforeServes() throws Exception {
    watch("", SERVE);
    long first = pagers(1).getFirst();
    long shell = ProcessHandle.of(first).orElseThrow().parent().orElseThrow().pid();
    send("USR1", shell);
    long second = pagers(2).getLast();
    send("USR1", shell);

    kill(first);
    Awaitility.await().atMost(SECONDS_MAX, TimeUnit.SECONDS).until(() -> hasEnded(first));
    assertThat(ProcessHandle.of(second)).isPresent();
    assertThat(pagers()).containsExactly(first, second);
    kill(second);
    assertThat(ProcessHandle.of(pagers(3).getLast())).isPresent();
    assertThat(application.isAlive()).isTrue();
  }

  private static boolean hasEnded(long pid) {
    return ProcessHandle.of(pid).isEmpty();
  }

  private void awaitSaid(String... lines) {
    Path said = directory.resolve("started.said");
    Awaitility.await()
        .atMost(SECONDS_MAX, TimeUnit.SECONDS)
        .until(() -> Files.exists(said) && Files.readAllLines(said).equals(List.of(lines)));
  }

  private String lastWords() throws Exception {
    assertThat(watcher.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    return new String(watcher.getErrorStream().readAllBytes(), UTF_8);
  }

  private boolean applicationIsKilled() throws InterruptedException {
    return application.waitFor(SECONDS_MAX, TimeUnit.SECONDS) && application.exitValue() == 128 + 9;
  }
}
