package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What a thread that waits for a slow donor adds to a collection. That it waits in time for one is
 * seen only where nothing else keeps the CPUs busy.
 */
@Timeout(600)
@Isolated
class SafepointCommandIT {
  private final Cli emp = new Cli();

  @Test
  void holdsUpCollectionsByAPlainAccessOnly() {
    // Longer than a busy machine stands still.
    JsonTree json = run("safepoint", "--late-millis", "2000", "--rounds", "1");
    assertThat(json.get("waits").each())
        .extracting(wait -> wait.text("access"))
        .containsExactly("none", "plain", "load", "scan");
    assertThat(json.get("waits").each())
        .allSatisfy(wait -> assertThat(wait.number("waitMillis")).isGreaterThanOrEqualTo(1800));
    double plain = json.number("plainAddedMillis");
    assertThat(plain).isGreaterThan(json.number("loadAddedMillis"));
    assertThat(plain).isGreaterThan(json.number("scanAddedMillis"));
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
