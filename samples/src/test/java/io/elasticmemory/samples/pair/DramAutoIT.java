package io.elasticmemory.samples.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.elasticmemory.counters.BudgetReason;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.MemoryCgroup;
import io.elasticmemory.samples.process.MemoryCgroup.Hierarchy;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.stat.Counted;
import io.elasticmemory.samples.stat.ObservedSpace;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program whose cgroup is made smaller while it works, and larger again. */
@Timeout(600)
class DramAutoIT {
  private static final long MIB = 1 << 20;
  private static final long LIMIT_BYTES = 640 * MIB;
  private static final long LOW_BYTES = 320 * MIB;
  private static final int DATA_MIB = 320;
  private static final int SPILL_MIB = 512;

  /** Less than is kept free, and enough for what a JVM takes at once. */
  private static final long SLACK_BYTES = 24 * MIB;

  private static final Duration LIMIT = Duration.ofSeconds(180);

  @Test
  void givesDramBackWhenItsCgroupIsMadeSmallerAndTakesItAgain() throws Exception {
    Optional<Hierarchy> hierarchy = Hierarchy.find();
    assumeThat(hierarchy).as("a memory cgroup").isPresent();
    assumeThat(hierarchy.get().obstacle()).isEmpty();
    try (Workplace workplace = Workplace.create();
        MemoryCgroup cgroup = MemoryCgroup.create(workplace, hierarchy.get())) {
      cgroup.limit(LIMIT_BYTES);
      Child program = start(workplace, cgroup);
      try (ObservedSpace space = ObservedSpace.of(program.process().pid()).getFirst()) {
        Counted full = await(space, program, DramAutoIT::isFull);

        lower(cgroup, program);
        Counted low = await(space, program, DramAutoIT::isWithinBudget);
        assertThat(low.get(Counter.budgetBytes)).isLessThan(full.get(Counter.budgetBytes));
        assertThat(low.get(Counter.dramGivenBack)).isPositive();
        assertThat(low.budgetReason()).isEqualTo(BudgetReason.GROUP);

        cgroup.limit(LIMIT_BYTES);
        long before = low.get(Counter.budgetBytes);
        Counted high = await(space, program, now -> now.get(Counter.budgetBytes) > before);
        assertThat(high.get(Counter.dramTaken)).isPositive();
        assertThat(high.budgetReason()).isEqualTo(BudgetReason.ROOM);
      }
      program.process().getOutputStream().close();
      Child.Ended ended = program.await(LIMIT);
      assertThat(ended.exitCode()).as(ended.describe()).isZero();
      assertThat(ended.out()).contains("all words are right");
    }
  }

  private static Child start(Workplace workplace, MemoryCgroup cgroup) throws Exception {
    String path =
        "dram:auto?min=32&shards=1|%s:%d:0"
            .formatted(workplace.directory().resolve("spill"), SPILL_MIB);
    JavaProgram program =
        new JavaProgram(PairMain.class.getName())
            .jvm("-Xmx64m", "-XX:+UseSerialGC")
            .with(path, Integer.toString(DATA_MIB));
    Child child = Child.start(workplace, new ProcessBuilder(cgroup.starting(program.command())));
    // It answers when its space is open.
    child.process().getOutputStream().write('\n');
    child.process().getOutputStream().flush();
    assertThat(child.awaitLine(said -> said.startsWith("0 pager "), LIMIT)).isPresent();
    return child;
  }

  private static boolean isFull(Counted now) {
    return now.get(Counter.residentBytes) > now.get(Counter.budgetBytes) * 7 / 8;
  }

  private static boolean isWithinBudget(Counted now) {
    return now.get(Counter.residentBytes) <= now.get(Counter.budgetBytes);
  }

  /** As far as what is used allows, which without swap gets less only if DRAM is given back. */
  private static void lower(MemoryCgroup cgroup, Child program) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    for (long limit = LIMIT_BYTES; limit > LOW_BYTES; ) {
      assertThat(System.nanoTime()).as("limit " + limit).isLessThan(end);
      assertThat(program.process().isAlive()).isTrue();
      long next = Math.max(LOW_BYTES, cgroup.usedBytes() + SLACK_BYTES);
      if (next < limit && isLowered(cgroup, next)) {
        limit = next;
      }
      Thread.sleep(100);
    }
  }

  /** Not if more has come to be used meanwhile. */
  private static boolean isLowered(MemoryCgroup cgroup, long limit) {
    try {
      cgroup.limit(limit);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Counted await(ObservedSpace space, Child program, Predicate<Counted> wanted)
      throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      Counted now = space.count().orElseThrow();
      if (wanted.test(now)) {
        return now;
      }
      assertThat(System.nanoTime()).as(now::toString).isLessThan(end);
      assertThat(program.process().isAlive()).isTrue();
      Thread.sleep(50);
    }
  }
}
