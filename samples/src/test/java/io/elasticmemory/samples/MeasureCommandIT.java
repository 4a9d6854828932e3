package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The measuring workloads at sizes that say nothing about speed, with real processes. */
@Timeout(600)
class MeasureCommandIT {
  private final Cli emp = new Cli();

  @Test
  void comparesResidentMemoryWithOrdinaryMemory() {
    JsonTree json = run("hit", "--mib", "8", "--rounds", "3", "--accesses", "20000");
    assertThat(json.get("patterns").each())
        .extracting(pattern -> pattern.text("pattern"))
        .containsExactly("read", "write", "triad");
    assertThat(json.get("patterns").each())
        .allSatisfy(
            pattern -> {
              assertThat(pattern.number("spaceNanos")).isPositive();
              assertThat(pattern.number("plainNanos")).isPositive();
              assertThat(pattern.number("ratio")).isBetween(0.0, json.number("ratio"));
            });
    assertThat(json.number("pagerPssBytes")).isPositive();
  }

  @Test
  void letsBlocksLeaveBesideTheFloor() {
    JsonTree json = run("evict", "--mib", "8", "--rounds", "2");
    assertThat(json.get("blocks").each())
        .extracting(one -> one.number("blockBytes"))
        .containsExactly(4096.0, 65536.0);
    for (JsonTree one : json.get("blocks").each()) {
      assertThat(one.number("cleanPagesPerSecond")).isPositive();
      assertThat(one.number("dirtyPagesPerSecond")).isPositive();
      assertThat(one.number("floorDirtyCpuMicros")).isPositive();
      assertThat(one.number("cleanRatio")).isPositive();
    }
  }

  @Test
  void weighsTheTableAndThePager() {
    JsonTree json = run("footprint", "--size-mib", "64", "--dram-mib", "16", "--idle-seconds", "1");
    JsonTree small = json.get("spaces").each().get(0);
    JsonTree large = json.get("spaces").each().get(1);
    assertThat(small.number("blockBytes")).isEqualTo(4096);
    assertThat(small.number("capacityBytes")).isGreaterThanOrEqualTo(64 << 20);
    assertThat(small.number("tableBytes")).isGreaterThan(large.number("tableBytes"));
    assertThat(json.number("tablePercent4k")).isEqualTo(small.number("tablePercent"));
    assertThat(json.number("pagerMib")).isBetween(10.0, 512.0);
    assertThat(json.number("idleSeconds")).isGreaterThanOrEqualTo(1);
    assertThat(json.number("idlePercent")).isPositive();
    assertThat(json.number("pagerCpuSeconds")).isBetween(0.0, json.number("idleSeconds"));
  }

  private JsonTree run(String bench, String... options) {
    String[] words = new String[options.length + 4];
    words[0] = "bench";
    words[1] = bench;
    System.arraycopy(options, 0, words, 2, options.length);
    words[words.length - 2] = "--json";
    words[words.length - 1] = "-";
    assertThat(emp.run(words)).as(emp.err()).isZero();
    return JsonTree.parse(emp.out());
  }
}
