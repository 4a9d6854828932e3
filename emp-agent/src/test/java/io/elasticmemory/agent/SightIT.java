package io.elasticmemory.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.agent.AgentJvm.Said;
import io.elasticmemory.agent.program.Faulting;
import io.elasticmemory.agent.program.Large;
import io.elasticmemory.agent.program.Managed;
import io.elasticmemory.agent.program.ManagedBefore;
import io.elasticmemory.agent.program.OwnManagement;
import io.elasticmemory.agent.program.Pinned;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.EventStream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the agent shows of a program that knows nothing of EMP. */
class SightIT {
  private static final int SLOW_FAULTS = 40;

  @TempDir Path directory;

  private String path() {
    return "dram:32|" + directory.resolve("spill") + ":512:0";
  }

  private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals("io.elasticmemory." + name))
        .toList();
  }

  @Test
  void aRecordingHoldsFaultsWithTheLineThatHadThem() throws Exception {
    Path file = directory.resolve("recording.jfr");
    Path repository = Files.createDirectory(directory.resolve("repository"));
    long begun = System.nanoTime();
    Said said =
        new AgentJvm()
            .environment(path())
            .jvmOptions("-XX:FlightRecorderOptions:repository=" + repository)
            .jvmOptions("-XX:StartFlightRecording:filename=" + file)
            .run(
                Faulting.class,
                running -> {
                  running.awaitLine("filled");
                  awaitSlowFaults(repository);
                  running.writeLine();
                },
                "128");
    Duration time = Duration.ofNanos(System.nanoTime() - begun);

    assertThat(said.exitCode()).as(said.errors()).isZero();
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    // Once, and once more if the recording began just when it was told.
    assertThat(named(events, "SpaceOpened"))
        .hasSizeBetween(1, 2)
        .allSatisfy(
            event -> {
              assertThat(event.getLong("dram")).isEqualTo(32 << 20);
              assertThat(event.getLong("capacity")).isGreaterThan(256 << 20);
            });
    List<RecordedEvent> faults = named(events, "FaultSample");
    assertThat((long) faults.size()).as("20 a second").isLessThanOrEqualTo(time.toMillis() / 50);
    assertThat(faults)
        .filteredOn(event -> event.getString("kind").equals("ssd"))
        .hasSizeGreaterThanOrEqualTo(SLOW_FAULTS)
        .allSatisfy(event -> assertThat(event.getLong("pagerWait")).isPositive())
        .allSatisfy(
            event -> assertThat(event.getThread("faultingThread").getJavaName()).isEqualTo("main"));
    long right =
        faults.stream()
            .filter(event -> event.getString("kind").equals("ssd"))
            .filter(event -> event.getString("line").contains("Faulting.readsFarApart:"))
            .count();
    long slow = faults.stream().filter(event -> event.getString("kind").equals("ssd")).count();
    // Less than half of the time is spent there, but on a busy machine some stacks are taken late.
    assertThat(right).as("of %d", slow).isGreaterThanOrEqualTo(slow * 2 / 3);
    assertThat(named(events, "EvictionBurst")).isNotEmpty();
    assertThat(named(events, "DonorLost")).isEmpty();
    assertThat(faults.getFirst().getEventType().getCategoryNames()).containsExactly("EMP");
  }

  /** Until a JVM with this repository has recorded enough of them, while it goes on. */
  private static void awaitSlowFaults(Path repository) throws Exception {
    CountDownLatch enough = new CountDownLatch(SLOW_FAULTS);
    try (EventStream stream = EventStream.openRepository(repository)) {
      stream.setStartTime(Instant.EPOCH);
      stream.onEvent(
          "io.elasticmemory.FaultSample",
          event -> {
            if (event.getString("kind").equals("ssd")) {
              enough.countDown();
            }
          });
      stream.startAsync();
      assertThat(enough.await(5, TimeUnit.MINUTES)).as("enough samples").isTrue();
    }
  }

  @Test
  void theBeanSaysWhatLiesInTheSpace() throws Exception {
    Said said = new AgentJvm().environment("dram:64").run(Managed.class);

    assertThat(said.errors()).isEmpty();
    assertThat(said.out())
        .isEqualTo(
            """
            resident is small true
            resident when written true
            used 16777216
            capacity 67108864
            allocations 1
            fallbacks 0
            budget 67108864
            pool 16777216
            direct is small true
            buffer 16777216\
            """);
  }

  @Test
  void theBeanPinsForProgramsThatKnowNothingOfIt() throws Exception {
    Said said = new AgentJvm().environment(path()).run(Pinned.class);

    assertThat(said.exitCode()).as(said.errors()).isZero();
    List<String> lines = said.out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0)).isEqualTo("faults on what is pinned: 0");
    assertThat(lines.get(1)).isEqualTo("faults on what is not: true");
    assertThat(lines.get(2))
        .startsWith("java.lang.IllegalArgumentException: 4096 bytes at address 0x1000 are not in");
    assertThat(lines.get(3))
        .startsWith("java.lang.IllegalStateException: 67108864 bytes in blocks of 65536 cannot be")
        .contains("raise dram:<MiB>");
    assertThat(lines.get(4)).startsWith("java.lang.IllegalStateException: ");
  }

  @Test
  void theBeanIsThereAlsoIfTheServerWasBeforeTheAgent() throws Exception {
    Said said =
        new AgentJvm()
            .withoutAgent()
            .jvmOptions("-Djdk.attach.allowAttachSelf=true", "-XX:+EnableDynamicAgentLoading")
            .run(ManagedBefore.class, AgentJvm.jar(), "path=dram:64");

    assertThat(said.errors()).isEmpty();
    assertThat(said.out()).isEqualTo("used 16777216\nbuffer 16777216");
  }

  @Test
  void theProgramChoosesItsManagersInMain() throws Exception {
    Path security = directory.resolve("own.security");
    Files.writeString(security, "own.word=override\n");

    Said said = new AgentJvm().environment("dram:64").run(OwnManagement.class, security.toString());

    assertThat(said.errors()).isEmpty();
    assertThat(said.out())
        .isEqualTo(
            """
            security word override
            provider OwnProvider 42
            log manager OwnLogs
            built 1
            space true
            buffer 4194304\
            """);
  }

  @Test
  void runsOnAnImageWithoutFlightRecorderAndManagement() throws Exception {
    Path image = directory.resolve("image");
    Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
    Process linking =
        new ProcessBuilder(
                jlink.toString(),
                "--add-modules",
                "java.base,java.instrument,jdk.unsupported",
                "--output",
                image.toString())
            .redirectErrorStream(true)
            .start();
    String words = new String(linking.getInputStream().readAllBytes(), UTF_8);
    assertThat(linking.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(linking.exitValue()).as(words).isZero();

    Said said =
        new AgentJvm()
            .java(image.resolve("bin/java").toString())
            .environment(path())
            .run(Large.class, "128");

    assertThat(said).isEqualTo(new Said(0, "128 MiB are as written", ""));
  }
}
