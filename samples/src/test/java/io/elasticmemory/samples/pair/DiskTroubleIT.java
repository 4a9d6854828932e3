package io.elasticmemory.samples.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.prove.disk.DiskFault;
import io.elasticmemory.samples.prove.disk.DiskWeather;
import io.elasticmemory.samples.prove.disk.FaultyDisk;
import io.elasticmemory.samples.workload.Seeds;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program on a disk that fails in all ways there are: it reads what it wrote, or is ended. */
@Timeout(600)
class DiskTroubleIT {
  private static final long SEED = Seeds.choose("DiskTroubleIT");
  private static final int DATA_MIB = 24;
  private static final int SPILL_MIB = 128;
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int FAULTS_MIN = 20;

  @BeforeAll
  static void aDiskCanBeMounted() {
    assumeThat(FaultyDisk.isPossible()).as("root, /dev/fuse and gcc").isTrue();
  }

  private static FaultyDisk mount(Workplace workplace) throws Exception {
    return FaultyDisk.mount(workplace, (long) SPILL_MIB << 20, Duration.ofSeconds(1));
  }

  private static DiskWeather some(int oneIn, boolean reads, boolean writes, DiskFault... faults) {
    SplittableRandom random = new SplittableRandom(SEED);
    return (write, offset, bytes) -> {
      synchronized (random) {
        return random.nextInt(oneIn) == 0 && (write ? writes : reads)
            ? faults[random.nextInt(faults.length)]
            : DiskFault.NONE;
      }
    };
  }

  private static Child start(Workplace workplace, FaultyDisk disk) throws Exception {
    return start(workplace, disk, Duration.ofSeconds(5));
  }

  private static Child start(Workplace workplace, FaultyDisk disk, Duration faultTimeout)
      throws Exception {
    return start(workplace, disk, "faultTimeoutMillis=" + faultTimeout.toMillis());
  }

  private static Child start(Workplace workplace, FaultyDisk disk, String options, String... jvm)
      throws Exception {
    String path =
        "dram:8?block=16k&shards=1&%s|%s:%d:0"
            .formatted(options, disk.directory().resolve("spill"), SPILL_MIB);
    Child program =
        Child.start(
            workplace,
            new ProcessBuilder(
                new JavaProgram(PairMain.class.getName())
                    .jvm("-Xmx128m")
                    .jvm(jvm)
                    .with(path, Integer.toString(DATA_MIB))
                    .command()));
    String _ = awaitProgress(program, 0);
    return program;
  }

  /** Asks how far it is, which it says as soon as its space is open. */
  private static String awaitProgress(Child program, int question) throws Exception {
    program.process().getOutputStream().write('\n');
    program.process().getOutputStream().flush();
    return program.awaitLine(said -> said.startsWith(question + " pager "), LIMIT).orElseThrow();
  }

  private void goesOnIn(DiskWeather weather, DiskFault... faults) throws Exception {
    try (Workplace workplace = Workplace.create();
        FaultyDisk disk = mount(workplace)) {
      Child program = start(workplace, disk, LIMIT);
      disk.weather(weather);
      for (DiskFault fault : faults) {
        awaitAtLeast(FAULTS_MIN, disk, fault, program);
      }
      disk.weather(DiskWeather.CALM);
      endsWell(program);
    }
  }

  private static void endsWell(Child program) throws Exception {
    program.process().getOutputStream().close();
    Child.Ended ended = program.await(LIMIT);
    assertThat(ended.exitCode()).as(ended.describe() + ended.out()).isZero();
    assertThat(ended.out()).contains("all words are right");
  }

  private static void awaitAtLeast(long count, FaultyDisk disk, DiskFault fault, Child program)
      throws Exception {
    await(() -> disk.injected(fault) >= count, program, fault.name());
  }

  private static void await(BooleanSupplier isSo, Child program, String what) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!isSo.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting for " + what).isLessThan(end);
      assertThat(program.process().isAlive()).as(() -> program.await(LIMIT).describe()).isTrue();
      Thread.sleep(10);
    }
  }

  @Test
  void errorsAFullDiskAndSlowOnesCostNothingButTime() throws Exception {
    DiskFault[] faults = {DiskFault.ERROR, DiskFault.FULL, DiskFault.SHORT, DiskFault.SLOW};
    goesOnIn(some(40, true, true, faults), faults);
  }

  @Test
  void bytesThatComeBackWrongAreReadAgain() throws Exception {
    DiskFault[] faults = {DiskFault.FLIPPED, DiskFault.TORN, DiskFault.MISDIRECTED};
    goesOnIn(some(20, true, false, faults), faults);
  }

  @Test
  void whatADiskHasLostEndsTheProgramWithTheReason() throws Exception {
    for (DiskFault fault :
        List.of(DiskFault.LOST, DiskFault.TORN, DiskFault.FLIPPED, DiskFault.MISDIRECTED)) {
      try (Workplace workplace = Workplace.create();
          FaultyDisk disk = mount(workplace)) {
        Child program = start(workplace, disk);
        disk.weather(some(20, false, true, fault));
        Child.Ended ended = program.await(LIMIT);
        assertThat(ended.exitCode()).as(fault + ": " + ended.describe()).isEqualTo(128 + 9);
        assertThat(ended.err().getLast())
            .startsWith("emp: block ")
            .contains("is lost", "brought other bytes than were stored");
        assertThat(ended.out()).doesNotContain("wrong");
      }
    }
  }

  @Test
  void aDiskThatIsFullWhenAnotherPagerTakesOverIsWrittenToAgain() throws Exception {
    try (Workplace workplace = Workplace.create();
        FaultyDisk disk = mount(workplace)) {
      Child program = start(workplace, disk, LIMIT);
      String progress = awaitProgress(program, 1);
      disk.weather((write, offset, bytes) -> write ? DiskFault.FULL : DiskFault.NONE);
      endPager(progress);
      // Nothing is written before a page could be reserved: that is what is refused now.
      awaitAtLeast(disk.injected(DiskFault.FULL) + 3, disk, DiskFault.FULL, program);
      AtomicInteger written = new AtomicInteger();
      disk.weather(
          (write, offset, bytes) -> {
            written.addAndGet(write ? 1 : 0);
            return DiskFault.NONE;
          });
      await(() -> written.get() >= FAULTS_MIN, program, "writes");
      endsWell(program);
    }
  }

  @Test
  void aPagerThatHangsInTheKernelWhenItIsKilledEndsTheProgram() throws Exception {
    try (Workplace workplace = Workplace.create();
        FaultyDisk disk = mount(workplace)) {
      // One transfer after the other, in the pager's own thread.
      Child program =
          start(workplace, disk, "faultTimeoutMillis=600000&standby=on", "-Demp.pager.disk=pread");
      long pager = pagerOf(awaitProgress(program, 1));
      disk.weather((write, offset, bytes) -> DiskFault.STUCK);
      awaitAtLeast(1, disk, DiskFault.STUCK, program);
      ProcessHandle.of(pager).orElseThrow().destroyForcibly();
      Child.Ended ended = program.await(LIMIT);
      assertThat(ended.exitCode()).as(ended.describe()).isEqualTo(128 + 9);
      assertThat(ended.err().getLast())
          .isEqualTo(
              "emp: pager %d was killed and does not end: it hangs in the kernel, look at"
                      .formatted(pager)
                  + " /proc/%d/stack".formatted(pager));
    }
  }

  private static long pagerOf(String progress) {
    return Long.parseLong(progress.split(" ")[2]);
  }

  private static void endPager(String progress) throws Exception {
    ProcessHandle pager = ProcessHandle.of(pagerOf(progress)).orElseThrow();
    pager.destroyForcibly();
    pager.onExit().get();
  }

  @Test
  void aDiskThatAnswersNoMoreEndsTheProgram() throws Exception {
    try (Workplace workplace = Workplace.create();
        FaultyDisk disk = mount(workplace)) {
      Child program = start(workplace, disk);
      disk.weather((write, offset, bytes) -> DiskFault.STUCK);
      Child.Ended ended = program.await(LIMIT);
      assertThat(ended.exitCode()).as(ended.describe()).isEqualTo(128 + 9);
      assertThat(ended.err().getLast()).startsWith("emp: ");
    }
  }
}
