package io.elasticmemory.samples.bench.apps;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent before libraries of others; {@code emp bench apps} does the same with more data. */
@Timeout(1200)
@Execution(ExecutionMode.SAME_THREAD)
class AppsIT {
  private static final long DATA_MIB = 32;

  /** All of them with each, and with none: {@code emp prove agent}. */
  @ParameterizedTest
  @CsvSource({
    "NETTY, -Xcheck:jni",
    "H2, -XX:MaxDirectMemorySize=16m",
    "LUCENE, -XX:+UseCompactObjectHeaders",
    "MAPDB, -Xmx32m",
    "AGRONA, -XX:+UseZGC"
  })
  void getsOnWithFlagsOfTheJvm(App app, String flag) throws IOException {
    requireGood(run(AppsPlan.of(app, DATA_MIB, 1).withFlags(List.of(flag))));
  }

  /**
   * Left to itself Netty takes {@code malloc} by a linker where native calls are allowed, as they
   * are with the agent. These make it take direct buffers with a cleaner, and {@code Unsafe}.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--sun-misc-unsafe-memory-access=allow",
        "--sun-misc-unsafe-memory-access=allow"
            + " --add-opens=java.base/java.nio=ALL-UNNAMED"
            + " -Dio.netty.tryReflectionSetAccessible=true -Dio.netty.maxDirectMemory=4294967296"
      })
  void keepsWhatNettyAllocatesInOtherWays(String options) throws IOException {
    requireGood(
        run(
            new AppsPlan(
                List.of(App.NETTY),
                DATA_MIB,
                1,
                List.of(),
                List.of(options.split(" ")),
                "",
                0,
                1)));
  }

  @Test
  void noticesThatDataIsNotInTheSpace() throws IOException {
    // The library's buffers have 64 KiB each.
    AppRow row = run(new AppsPlan(List.of(App.H2), DATA_MIB, 1, List.of(), List.of(), "1m", 0, 1));
    assertThat(row.isEqual()).isTrue();
    assertThat(row.isTiered()).isFalse();
    assertThat(row.spaceMib()).isLessThan(DATA_MIB / 2);
  }

  private static AppRow run(AppsPlan plan) throws IOException {
    try (Workplace workplace = Workplace.create()) {
      AppsResult result = new AppsBench(plan, workplace, Progress.NONE).run();
      assertThat(result.rows()).hasSize(1);
      return result.rows().getFirst();
    }
  }

  private static void requireGood(AppRow row) {
    assertThat(row.words()).as(row.toString()).isEmpty();
    assertThat(row.isEqual()).as(row.toString()).isTrue();
    assertThat(row.isTiered()).as(row.toString()).isTrue();
  }
}
