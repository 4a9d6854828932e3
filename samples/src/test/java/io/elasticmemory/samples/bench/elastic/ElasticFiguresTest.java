package io.elasticmemory.samples.bench.elastic;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.bench.ladder.Figure;
import io.elasticmemory.samples.bench.ladder.Run;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ElasticFiguresTest {
  private static final ElasticFigures FIGURES =
      new ElasticFigures(
          ElasticWorkload.SCAN,
          Map.of(
              Unit.ELASTIC, runs(90, 96, 50),
              Unit.PAGE, runs(10, 11, 12),
              Unit.BLOCK, runs(100, 120, 40),
              Unit.LARGE, runs(1000, 60, 60)));

  @Test
  void comparesWithTheFixedUnitOfTheBestMedian() {
    assertThat(FIGURES.best()).isEqualTo(Unit.BLOCK);
    assertThat(FIGURES.rate(Unit.LARGE)).isEqualTo(60);
  }

  @Test
  void takesTheMedianOfTheRatiosOfRounds() {
    assertThat(FIGURES.ratio()).isEqualTo(0.9);
  }

  @Test
  void neverCallsElasticTheBestOfTheFixed() {
    assertThat(Unit.fixed()).containsExactly(Unit.PAGE, Unit.BLOCK, Unit.LARGE);
  }

  private static List<Run> runs(double... rates) {
    return Arrays.stream(rates)
        .mapToObj(rate -> new Run(Map.of(Figure.accessesPerSecond, rate), "abc"))
        .toList();
  }
}
