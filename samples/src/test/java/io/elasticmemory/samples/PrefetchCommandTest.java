package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrefetchCommandTest {
  private final Cli emp = new Cli();

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--size-mib; 0; --size-mib is 0; give 1 to 1048576",
        "--dram-mib; -1; --dram-mib is -1",
        "--block; 64q; no size",
        "--block; 3k; block 3072 is not a power of two",
        "--reads; 0; give 1 to 67108864",
        "--reads; many; many",
        "--ahead; 1025; give 0 to 1024",
        "--batch; 65; --batch is 65; give 1 to 64",
        "--rounds; 0; give 1 to 1000",
        "--warm-up; -1; --warm-up is -1",
        "--pin; three; none of none, one, two",
        "--json; /no/such/place; cannot be written"
      })
  void refusesWhatItCannotDoInOneLine(String option, String value, String reason) {
    assertThat(emp.run("bench", "prefetch", option, value)).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains(reason.split(";")[0]);
    assertThat(emp.out()).isEmpty();
  }
}
