package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The benchmark of prefetching at a size that says nothing about speed, with real processes. */
@Timeout(600)
class PrefetchCommandIT {
  private final Cli emp = new Cli();

  @ParameterizedTest
  @CsvSource({"64, 8, none", "1, 1, one", "0, 1, none"})
  void readsAheadBesideTheDisk(int ahead, int batch, String pin) {
    assertThat(run(ahead, batch, pin)).as(emp.err()).isZero();

    Map<String, String> json = JsonObject.readFlat(emp.out());
    assertThat(json)
        .containsEntry("workload", "prefetch")
        .containsEntry("ahead", Integer.toString(ahead))
        .containsEntry("pin", pin)
        .containsEntry("rounds", "2")
        .containsKeys("pagerCpuSeconds", "pagerCpuMicrosPerRead", "diskCpuMicrosPerRead");
    assertThat(number(json, "readsPerSecond")).isPositive();
    assertThat(number(json, "diskReadsPerSecond")).isPositive();
    assertThat(number(json, "ratio")).isPositive();
    assertThat(number(json, "pagerPssBytes")).isPositive();
    assertThat(emp.err()).contains("disk, depth " + Math.max(1, ahead), "pages came from the disk");
  }

  private int run(int ahead, int batch, String pin) {
    String[] words = {
      "bench",
      "prefetch",
      "--size-mib",
      "64",
      "--dram-mib",
      "16",
      "--reads",
      "2000",
      "--warm-up",
      "2000",
      "--rounds",
      "2",
      "--ahead",
      "" + ahead,
      "--batch",
      "" + batch,
      "--pin",
      pin,
      "--json",
      "-"
    };
    return emp.run(words);
  }

  private static double number(Map<String, String> json, String name) {
    return Double.parseDouble(json.get(name));
  }
}
