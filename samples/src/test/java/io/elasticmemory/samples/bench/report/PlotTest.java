package io.elasticmemory.samples.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.samples.bench.report.Plot.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlotTest {
  @TempDir private Path directory;

  @Test
  void drawsBarsOverLabelsAndLeavesAGap() throws IOException {
    Series ours = new Series("EMP", List.of("zero", "ssd"), List.of(9.5, 80.0));
    Series floor = new Series("in C", List.of("zero", "ssd"), List.of(8.0, Double.NaN));
    assertThat(svg(new Plot("a", "Faults", "tier", "micros", false, List.of(ours, floor))))
        .startsWith("<?xml")
        .contains(">Faults<", ">EMP<", ">in C<", ">zero<", ">micros<");
  }

  @Test
  void drawsLinesOverNumbers() throws IOException {
    Series line = new Series("swap", List.of(10, 25, 100), List.of(1.0, 20.0, 4000.0));
    assertThat(svg(new Plot("b", "Ladder", "local %", "pages/s", true, List.of(line))))
        .contains(">Ladder<", ">swap<", ">local %<")
        .contains(">1<", ">10<", ">100<", ">1,000<", ">10,000<");
  }

  @Test
  void refusesValuesWithoutPlaces() {
    assertThatThrownBy(() -> new Series("x", List.of(1, 2), List.of(1.0)))
        .hasMessage("x has 1 values for 2 places");
  }

  private String svg(Plot plot) throws IOException {
    String shown = Plots.in(directory).add(plot);
    assertThat(shown).contains(plot.name() + ".svg").contains(plot.title());
    return Files.readString(directory.resolve(plot.name() + ".svg"));
  }
}
