package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.process.Child;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/** Item 9: what a fault costs beside the same work in C, and that it allocates nothing. */
final class SpeedItem implements Item {
  private static final Pattern ALLOCATED = Pattern.compile("\"allocatedBytesPerFault\": ([0-9.]+)");
  private static final double ALLOCATED_BYTES_MAX = 1;

  @Override
  public int number() {
    return 9;
  }

  @Override
  public String title() {
    return "median and p99 of a fault beside the same in C; a fault allocates nothing";
  }

  @Override
  public void show(Stage stage) throws IOException {
    List<String> sizes =
        stage.scale().isQuick()
            ? List.of("--rounds", "1", "--faults", "2000", "--warm-up", "20000", "--no-floor")
            : List.of("--rounds", "5", "--faults", "200000", "--warm-up", "100000");
    Child.Ended ended =
        stage.run(
            stage
                .emp("bench", "fault", "--json", "-", "--seed", Long.toString(stage.seed()))
                .with(sizes.toArray(String[]::new)));
    ended.err().forEach(stage::say);
    stage.check(ended.exitCode() == 0, "faults measured, " + ended.describe());
    double most =
        ALLOCATED
            .matcher(ended.out())
            .results()
            .mapToDouble(found -> Double.parseDouble(found.group(1)))
            .max()
            .orElse(Double.NaN);
    // Few faults are no measure: what is allocated once is then much for each.
    if (!stage.scale().isQuick()) {
      stage.check(
          most < ALLOCATED_BYTES_MAX,
          "the pager's thread allocates at most " + most + " bytes a fault");
    }
  }
}
