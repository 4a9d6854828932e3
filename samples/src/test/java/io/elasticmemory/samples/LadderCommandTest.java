package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LadderCommandTest {
  private final Cli emp = new Cli();

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--pattern; spiral; none of random, zipf, scan, stride, hotset",
        "--subjects; plain,tape; --subjects tape is none of plain, remote",
        "--ratios; 50,0; --ratios is 0",
        "--ratios; 101; --ratios is 101",
        "--ratios; half; half",
        "--writes; 101; give 0 to 100",
        "--size-mib; 8; give 64 to",
        "--data; noise; none of random, half, text",
        "--seconds; 0; more than 0",
        "--seconds; NaN; more than 0",
        "--rounds; 0; give 1 to 1000",
        "--pin; two; none of one, none",
        "--stride; 0; --stride is 0",
        "--block; 64k; give both",
        "--page-cluster; 11; give 0 to 10",
        "--read-ahead-kib; -1; --read-ahead-kib is -1",
        "--json; /no/such/place; cannot be written"
      })
  void refusesWhatItCannotDoInOneLine(String option, String value, String reason) {
    assertThat(emp.run("bench", "ladder", option, value)).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains(reason).contains("--help");
    assertThat(emp.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"4m, 4k, block", "4k, 8k, subblock"})
  void refusesBlocksThatNoSpaceHas(String block, String subblock, String reason) {
    assertThat(emp.run("bench", "ladder", "--block", block, "--subblock", subblock)).isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains(reason);
  }

  @ParameterizedTest
  @CsvSource({"4194304"})
  void refusesMoreThanThisMachineHas(String mib) {
    assertThat(
            emp.run("bench", "ladder", "--subjects", "plain", "--size-mib", mib, "--ratios", "10"))
        .isEqualTo(2);
    assertThat(emp.errLines()).singleElement().asString().contains("lower --size-mib");
  }
}
