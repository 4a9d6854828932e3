package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the measuring workloads refuse. */
class MeasureCommandTest {
  private final Cli emp = new Cli();

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "hit; --mib; 0; --mib is 0; give 1 to 1048576",
        "hit; --rounds; 1001; --rounds is 1001; give 1 to 1000",
        "hit; --accesses; -1; --accesses is -1",
        "hit; --accesses; some; some",
        "hit; --json; /no/such/place; cannot be written",
        "safepoint; --late-millis; 100; --late-millis is 100; give 200 to 5000",
        "safepoint; --late-millis; 5001; give 200 to 5000",
        "safepoint; --rounds; 0; --rounds is 0",
        "footprint; --size-mib; 0; --size-mib is 0",
        "footprint; --dram-mib; -1; --dram-mib is -1",
        "footprint; --idle-seconds; 0; --idle-seconds is 0; give 1 to 3600",
        "evict; --mib; 65537; --mib is 65537; give 1 to 65536",
        "evict; --rounds; 0; --rounds is 0",
        "evict; --rounds; ten; ten",
        "rdma; --rounds; 1; --address",
        "rdma; --address; no.such.host.invalid; --address",
        "apps; --only; derby; --only derby is none of netty, h2, mapdb, lucene, agrona",
        "apps; --data-mib; 31; --data-mib is 31; give 32 to 65536",
        "apps; --min; 0k; --min 0k is no size",
        "apps; --rounds; 0; --rounds is 0",
        "safepoint; --json; /no/such/place; cannot be written"
      })
  void refusesWhatItCannotDoInOneLine(String bench, String option, String value, String reason) {
    assertThat(emp.run("bench", bench, option, value)).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains(reason).contains("--help");
    assertThat(emp.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"fault, 5", "prefetch, 5", "threads, 5", "evict, 5", "hit, 21", "ladder, 3"})
  void saysHowManyRoundsThereAre(String bench, int rounds) {
    assertThat(emp.run("bench", bench, "--help")).isZero();
    String help = emp.out().replaceAll("\\s+", " ");
    assertThat(help)
        .containsPattern("--rounds=N Measurements, of which medians are taken .default: " + rounds);
  }
}
