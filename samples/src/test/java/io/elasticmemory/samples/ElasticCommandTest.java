package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElasticCommandTest {
  private final Cli emp = new Cli();

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--patterns; scan,spiral; --patterns spiral is none of scan, random, memcheck",
        "--tier; tape; neither remote nor ssd",
        "--size-mib; 63; give 64 to 4194304",
        "--size-mib; 100; leaves 25 MiB of DRAM, and blocks of 2 MiB need 32",
        "--ratio; 0; give 1 to 100",
        "--ratio; 5; leaves 25 MiB of DRAM",
        "--seconds; 0; more than 0",
        "--seconds; NaN; more than 0",
        "--rounds; 0; give 1 to 1000",
        "--pin; two; neither one nor none",
        "--seed; x; x",
        "--json; /no/such/place; cannot be written"
      })
  void refusesWhatItCannotDoInOneLine(String option, String value, String reason) {
    assertThat(emp.run("bench", "elastic", option, value)).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains(reason).contains("--help");
    assertThat(emp.out()).isEmpty();
  }
}
