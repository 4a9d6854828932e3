package io.elasticmemory.samples.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.elasticmemory.samples.pair.PairProgram.Says;
import io.elasticmemory.samples.process.CgroupV1;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A pager that runs out of what a process needs goes on, or another one does. */
@Timeout(240)
@Execution(ExecutionMode.SAME_THREAD)
class PagerShortageIT {
  private static final int EXPORTER_MIB = 192;
  private static final int SPILL_MIB = 320;
  private static final int DATA_MIB = 12;
  private static final int KILLED = 128 + 9;
  private static final int COLLECTIONS = 5;
  private static final long USED_BYTES_MIN = 3 << 20;
  private static final Duration LIMIT = Duration.ofSeconds(120);

  private static String spill(Workplace workplace) {
    return "dram:4?block=16k&shards=1&faultTimeoutMillis=40000|%s:128:0"
        .formatted(workplace.directory().resolve("spill"));
  }

  /** Where it cannot connect again it waits; the disk has a copy meanwhile. */
  @Test
  void withoutDescriptorsAndThreadsItGoesOnAndConnectsAgainWhenThereAreSome() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      LocalExporter exporter = LocalExporter.start(workplace, EXPORTER_MIB);
      String path =
          "dram:4?block=16k&shards=1&faultTimeoutMillis=40000|%s?backup=ssd|%s:%d:0"
              .formatted(
                  exporter.entry(EXPORTER_MIB), workplace.directory().resolve("spill"), SPILL_MIB);
      try (PairProgram program = new PairProgram(workplace, "PagerShortageIT", path, DATA_MIB)) {
        long pager = program.await(_ -> true).pager();
        limitDescriptors(pager, "3");
        Optional<CgroupV1> threads = CgroupV1.create(workplace, "pids");
        if (threads.isPresent()) {
          threads.get().take(pager);
          threads.get().write("pids.max", "1");
        }
        program.measure("no descriptor, no thread");

        exporter.process().destroyForcibly().waitFor();
        program.await(says -> says.degraded() == 1);
        LocalExporter _ = LocalExporter.startAt(exporter.port(), workplace, EXPORTER_MIB);
        program.measure("exporter started anew");
        Says without = program.await(_ -> true);
        assertThat(without.degraded()).isEqualTo(1);
        assertThat(without.pager()).isEqualTo(pager);

        limitDescriptors(pager, "1024");
        if (threads.isPresent()) {
          threads.get().write("pids.max", "max");
        }
        Says with = program.await(says -> says.degraded() == 0);
        assertThat(with.pager()).isEqualTo(pager);
      }
    }
  }

  private static void limitDescriptors(long pid, String count) throws Exception {
    assertThat(run("prlimit", "--pid", Long.toString(pid), "--nofile=" + count + ":")).isZero();
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Test
  void whileItCollectsGarbageItGoesOnAndWhereTheKernelEndsItForItsMemoryAnotherDoes()
      throws Exception {
    try (Workplace workplace = Workplace.create();
        PairProgram program =
            new PairProgram(workplace, "PagerShortageIT, memory", spill(workplace), DATA_MIB)) {
      long pager = program.await(_ -> true).pager();
      String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
      for (int i = 0; i < COLLECTIONS; i++) {
        assertThat(run(jcmd, Long.toString(pager), "GC.run")).isZero();
      }
      Says meanwhile = program.await(_ -> true);
      assertThat(meanwhile.pager()).isEqualTo(pager);
      program.note(
          "%d collections in the pager: %,d accesses, p99 %d us, max %d us",
          COLLECTIONS, meanwhile.done(), meanwhile.p99(), meanwhile.max());

      Optional<CgroupV1> memory = CgroupV1.create(workplace, "memory");
      assumeThat(memory).as("groups of version one with limits of memory").isPresent();
      memory.get().write("memory.limit_in_bytes", "256K");
      memory.get().take(pager);
      // Takes more than that, and fails.
      int _ = run(jcmd, Long.toString(pager), "GC.class_histogram");
      program.await(says -> says.pager() != pager);
      assertThat(memory.get().read("memory.oom_control")).contains("oom_kill 1");
      program.measure("the kernel has ended it for its memory");
    }
  }

  /**
   * What is in use cannot be taken away by a limit: the kernel refuses that, or ends the program.
   */
  @Test
  void aProgramWhoseLimitIsLoweredBelowWhatItUsesGoesOn() throws Exception {
    try (Workplace workplace = Workplace.create();
        PairProgram program =
            new PairProgram(workplace, "PagerShortageIT, limit", spill(workplace), DATA_MIB)) {
      CgroupV1 memory = CgroupV1.create(workplace, "memory").orElse(null);
      assumeThat(memory).as("groups of version one with limits of memory").isNotNull();
      memory.take(program.pid());
      while (Long.parseLong(memory.read("memory.usage_in_bytes")) < USED_BYTES_MIN) {
        program.measure("not all of its memory is counted in its new group yet");
      }
      assertThatThrownBy(() -> memory.write("memory.limit_in_bytes", "512K"))
          .isInstanceOf(IOException.class);
      program.await(_ -> true);
      program.measure("after a limit that was too low");
    }
  }

  /** The pager fills memory, and the program pays for it. */
  @Test
  void aProgramWhoseDramIsMoreThanItsLimitIsEndedByTheKernel() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      CgroupV1 memory = CgroupV1.create(workplace, "memory").orElse(null);
      assumeThat(memory).as("groups of version one with limits of memory").isNotNull();
      String path =
          "dram:24?block=16k&shards=1&faultTimeoutMillis=40000|%s:128:0"
              .formatted(workplace.directory().resolve("spill"));
      PairProgram program = new PairProgram(workplace, "PagerShortageIT, DRAM", path, 32);
      program.await(_ -> true);
      memory.write("memory.limit_in_bytes", "8M");
      memory.take(program.pid());

      Child.Ended ended = program.awaitEnd(LIMIT);
      assertThat(ended.exitCode()).as(ended.describe()).isEqualTo(KILLED);
      assertThat(ended.out()).doesNotContain(" has ");
    }
  }

  @Test
  void aPagerThatCannotBeReplacedForWantOfProcessesEndsTheProgramWithTheReason() throws Exception {
    try (Workplace workplace = Workplace.create()) {
      CgroupV1 processes = CgroupV1.create(workplace, "pids").orElse(null);
      assumeThat(processes).as("groups of version one with limits of processes").isNotNull();
      PairProgram program =
          new PairProgram(workplace, "PagerShortageIT, processes", spill(workplace), DATA_MIB);
      long pager = program.await(_ -> true).pager();
      ProcessHandle own = ProcessHandle.of(program.pid()).orElseThrow();
      List<ProcessHandle> all = Stream.concat(Stream.of(own), own.descendants()).toList();
      for (ProcessHandle each : all) {
        processes.take(each.pid());
      }
      processes.write("pids.max", "1");
      ProcessHandle.of(pager).orElseThrow().destroyForcibly();

      Child.Ended ended = program.awaitEnd(LIMIT);
      assertThat(ended.exitCode()).as(ended.describe()).isEqualTo(KILLED);
      assertThat(ended.err().getLast())
          .startsWith("emp: the pager has ended and no other can be started");
    }
  }
}
