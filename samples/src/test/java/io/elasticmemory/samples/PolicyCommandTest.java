package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyCommandTest {
  private final Cli emp = new Cli();

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--trace; tape; there are zipf, scan, random, loop, shift",
        "--pin; three; neither one nor two",
        "--data-mib; 0; give 8 to",
        "--dram-mib; 2000; give 1 to 1024",
        "--block; 5000; no power of two",
        "--seed; 1.5; 1.5",
        "--block; 1k; give 4096 to",
        "--accesses; 0; give 1 to",
        "--data-mib; 1000000; lower it or raise --block",
        "--json; /no/such/place; cannot be written"
      })
  void refusesWhatItCannotDoInOneLine(String option, String value, String reason) {
    assertThat(emp.run("bench", "policy", option, value)).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains(reason).contains("--help");
    assertThat(emp.out()).isEmpty();
  }

  @Test
  void replaysWithoutASpace() {
    int exit =
        emp.run(
            "bench",
            "policy",
            "--no-space",
            "--trace",
            "scan",
            "--data-mib",
            "8",
            "--accesses",
            "20000",
            "--json",
            "-");
    assertThat(exit).as(emp.err()).isZero();
    assertThat(emp.out())
        .contains("\"workload\": \"scan\"", "\"policy\": \"SIEVE\"", "\"lruMisses\": ")
        .doesNotContain("\"pager\"");
    assertThat(emp.err()).contains("exact LRU misses", "CLOCK-Pro");
  }
}
