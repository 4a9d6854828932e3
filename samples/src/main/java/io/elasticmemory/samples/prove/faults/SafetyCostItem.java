package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.JsonTree;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;
import java.util.List;

/** Item 8: what copies and encryption cost a fault, and a program. */
final class SafetyCostItem implements Item {
  private static final List<List<String>> WAYS =
      List.of(
          List.of(),
          List.of("--copies", "replicas"),
          List.of("--copies", "backup"),
          List.of("--encrypt"));

  private static final String SUBJECTS =
      "remote,remote-encrypted,remote-replicas,remote-backup,ssd,ssd-encrypted";

  @Override
  public int number() {
    return 8;
  }

  @Override
  public String title() {
    return "what copies and encryption cost: a fault on an exporter, and a program that writes";
  }

  @Override
  public void show(Stage stage) throws IOException {
    for (List<String> way : WAYS) {
      measureFault(stage, way);
    }
    measurePrograms(stage);
  }

  private static void measureFault(Stage stage, List<String> way) throws IOException {
    List<String> sizes =
        stage.scale().isQuick()
            ? List.of("--rounds", "1", "--faults", "2000", "--warm-up", "5000")
            : List.of("--rounds", "5", "--faults", "20000");
    Child.Ended ended =
        stage.run(
            stage
                .emp("bench", "fault", "--tier", "exporter", "--no-floor", "--json", "-")
                .with(sizes.toArray(String[]::new))
                .with(way.toArray(String[]::new)));
    String what = way.isEmpty() ? "as it is by default" : String.join(" ", way);
    if (!stage.check(ended.exitCode() == 0, what + ": measured, " + ended.describe())) {
      return;
    }
    JsonTree json = JsonTree.parse(ended.out());
    say(stage, what + ", 4 KiB", json.get("tiers").each().getFirst());
    say(stage, what + ", 64 KiB", json.get("largerBlocks").each().getFirst());
  }

  private static void say(Stage stage, String what, JsonTree found) {
    stage.say(
        "        %s: %.1f us in the median, %.1f in 99 of 100, %.1f of the pager's CPU"
            .formatted(
                what,
                found.number("p50Micros"),
                found.number("p99Micros"),
                found.number("pagerCpuMicros")));
  }

  private static void measurePrograms(Stage stage) throws IOException {
    List<String> sizes =
        stage.scale().isQuick()
            ? List.of("--rounds", "1", "--seconds", "1", "--size-mib", "128")
            : List.of("--rounds", "3", "--size-mib", "512");
    Child.Ended ended =
        stage.run(
            stage
                .emp("bench", "ladder", "--quiet", "--pattern", "random", "--writes", "20")
                .with("--ratios", "25", "--subjects", SUBJECTS)
                .with(sizes.toArray(String[]::new)));
    ended.out().lines().forEach(line -> stage.say("        " + line));
    stage.check(ended.exitCode() == 0, "programs measured, " + ended.describe());
  }
}
