package io.elasticmemory.counters;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CounterTest {
  private static final Path SOURCE =
      Path.of("src/main/java/io/elasticmemory/counters/Counter.java");
  private static final Pattern DESCRIBED =
      Pattern.compile("/\\*\\* (Gauge: )?.*?\\*/\\s+(\\w+)[(,;]", Pattern.DOTALL);

  @Test
  void isAGaugeIfItIsDescribedAsOne() throws IOException {
    Matcher described = DESCRIBED.matcher(Files.readString(SOURCE));
    for (Counter counter : Counter.values()) {
      do {
        assertThat(described.find()).as(counter.name()).isTrue();
      } while (!described.group(2).equals(counter.name()));
      assertThat(counter.isGauge()).as(counter.name()).isEqualTo(described.group(1) != null);
    }
  }
}
