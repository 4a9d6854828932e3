package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultCommandTest {
  private final Cli emp = new Cli();

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--tier; tape; none of zero, minor, wp, exporter, ssd",
        "--copies; tape; none of none, replicas, backup",
        "--transport; tape; none of tcp, rdma",
        "--transport; rdma; needs --address",
        "--address; 10.0.0.1; are for --transport rdma",
        "--pin; three; neither one nor two",
        "--rounds; 0; give 1 to 1000",
        "--faults; 2000000; give 1 to 1048576",
        "--faults; many; many",
        "--warm-up; -1; --warm-up is -1",
        "--seed; one; one",
        "--rounds; few; few",
        "--json; /no/such/place; cannot be written"
      })
  void refusesWhatItCannotDoInOneLine(String option, String value, String reason) {
    assertThat(emp.run("bench", "fault", option, value)).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains(reason).contains("--help");
    assertThat(emp.out()).isEmpty();
  }
}
