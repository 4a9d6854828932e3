package io.elasticmemory.samples.bench.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccessesTest {
  private static final int SIZE_MIB = 1;
  private static final int COUNT = 2 * Accesses.CHECKED;

  @ParameterizedTest
  @EnumSource(Workload.class)
  void readsTheSameFromTheSameData(Workload workload) {
    Accesses first = accesses(plan(workload, 30, 1));
    Accesses second = accesses(plan(workload, 30, 1));
    assertThat(first.count()).isGreaterThanOrEqualTo(COUNT);
    assertThat(first.checkedHash()).isEqualTo(second.checkedHash()).isNotZero();
  }

  @ParameterizedTest
  @EnumSource(Workload.class)
  void noticesAWordThatIsNotWhatItWas(Workload workload) {
    ProgramPlan plan = plan(workload, 0, 1);
    Accesses wrong;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = filled(arena, plan);
      // The first page that is accessed has lost all of its words.
      memory.asSlice(plan.keys(plan.pages()).next() * 4096L, 4096).fill((byte) 0);
      wrong = run(plan, memory);
    }
    assertThat(wrong.checkedHash()).isNotEqualTo(accesses(plan).checkedHash());
  }

  @Test
  void writesAsManyAsItWasAskedFor() {
    ProgramPlan all = plan(Workload.SCAN, 100, 1);
    ProgramPlan none = plan(Workload.SCAN, 0, 1);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment untouched = filled(arena, none);
      MemorySegment written = filled(arena, all);
      MemorySegment read = filled(arena, none);
      run(all, written);
      run(none, read);
      assertThat(read.mismatch(untouched)).isEqualTo(-1);
      for (long page = 0; page < all.pages(); page++) {
        assertThat(written.asSlice(page * 4096, 8).mismatch(untouched.asSlice(page * 4096, 8)))
            .isNotEqualTo(-1);
      }
    }
  }

  @Test
  void timesOneOfSixteen() {
    ProgramPlan plan = plan(Workload.RANDOM, 0, 1);
    TimeHistogram times = new TimeHistogram();
    try (Arena arena = Arena.ofConfined()) {
      Accesses accesses = new Accesses(plan, filled(arena, plan), plan.keys(plan.pages()));
      accesses.run(System.nanoTime(), COUNT, times);
      assertThat(times.count() * 16).isEqualTo(accesses.count());
    }
  }

  private static Accesses accesses(ProgramPlan plan) {
    try (Arena arena = Arena.ofConfined()) {
      return run(plan, filled(arena, plan));
    }
  }

  private static Accesses run(ProgramPlan plan, MemorySegment memory) {
    Accesses accesses = new Accesses(plan, memory, plan.keys(plan.pages()));
    accesses.run(System.nanoTime(), COUNT, new TimeHistogram());
    return accesses;
  }

  private static MemorySegment filled(Arena arena, ProgramPlan plan) {
    MemorySegment memory = arena.allocate(plan.sizeMib() << 20, 4096);
    Content content = new Content(plan.data(), plan.seed());
    for (int page = 0; page < plan.pages(); page++) {
      content.fill(memory, page);
    }
    return memory;
  }

  private static ProgramPlan plan(Workload workload, int writesPercent, long seed) {
    ProgramPlan plan =
        new ProgramPlan(
            TestedMemory.ANONYMOUS,
            workload,
            writesPercent,
            16,
            DataKind.RANDOM,
            SIZE_MIB,
            25,
            0.1,
            seed,
            List.of(7L, 8L));
    // As the program gets it.
    return ProgramPlan.parse(plan.toArguments().toArray(String[]::new));
  }
}
