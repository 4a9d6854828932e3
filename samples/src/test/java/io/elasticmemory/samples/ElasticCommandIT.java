package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fixed units beside those that adapt, at a size that says nothing about speed. */
@Timeout(600)
class ElasticCommandIT {
  private final Cli emp = new Cli();

  @ParameterizedTest
  @CsvSource({"scan, ssd", "memcheck, remote"})
  void measuresEveryUnit(String pattern, String tier) {
    int exit =
        emp.run(
            "bench",
            "elastic",
            "--patterns",
            pattern,
            "--tier",
            tier,
            "--size-mib",
            "64",
            "--ratio",
            "75",
            "--seconds",
            "0.1",
            "--rounds",
            "1",
            "--json",
            "-");
    assertThat(exit).as(emp.err()).isZero();
    JsonTree json = JsonTree.parse(emp.out());
    assertThat(json.text("tier")).isEqualTo(tier);
    JsonTree found = json.get("patterns").each().getFirst();
    assertThat(found.text("pattern")).isEqualTo(pattern);
    List<JsonTree> units = found.get("units").each();
    assertThat(units)
        .extracting(unit -> unit.text("unit"))
        .containsExactly("elastic", "4k", "64k", "2m");
    assertThat(units).allMatch(unit -> unit.number("accessesPerSecond") > 0);
    assertThat(units).allMatch(unit -> unit.number("pagerPssBytes") > 0);
    assertThat(units).extracting(unit -> unit.text("resultHash")).containsOnly(hash(units));
    assertThat(found.number("ratio")).isPositive();
    assertThat(found.text("best")).isIn("4k", "64k", "2m");
  }

  private static String hash(List<JsonTree> units) {
    return units.getFirst().text("resultHash");
  }
}
