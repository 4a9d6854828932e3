package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Item 4: a space of 1 TiB opens quickly and costs little. */
final class LazySpaceItem implements Item {
  private static final long SMALL_MIB = 1 << 10;
  private static final long LARGE_MIB = 1 << 20;
  private static final long EXTRA_BYTES_MAX = 32L << 20;
  private static final double OPEN_SECONDS_MAX = 2;

  /** When it runs with the tests, the machine is not its own; reserving it all would take hours. */
  private static final double OPEN_SECONDS_MAX_QUICK = 60;

  private static final int RUNS = 3;

  @Override
  public int number() {
    return 4;
  }

  @Override
  public String title() {
    return "a space of 1 TiB opens in under two seconds and costs less than 32 MiB more than 1 GiB";
  }

  @Override
  public void show(Stage stage) throws IOException {
    int runs = stage.scale().isForTests() ? 1 : RUNS;
    List<Cost> small = measure(stage, SMALL_MIB, runs);
    List<Cost> large = measure(stage, LARGE_MIB, runs);
    if (small.size() < runs || large.size() < runs) {
      return;
    }
    double seconds = median(large.stream().map(Cost::openSeconds).toList());
    double extra =
        median(large.stream().map(Cost::bytes).toList())
            - median(small.stream().map(Cost::bytes).toList());
    stage.check(
        seconds < (stage.scale().isQuick() ? OPEN_SECONDS_MAX_QUICK : OPEN_SECONDS_MAX),
        String.format(Locale.ROOT, "1 TiB opened in %.2f s (median of %d)", seconds, runs));
    stage.check(
        extra < EXTRA_BYTES_MAX,
        String.format(
            Locale.ROOT,
            "1 TiB costs %.1f MiB more than 1 GiB, application and pager together",
            extra / (1 << 20)));
  }

  private record Cost(double openSeconds, double bytes) {}

  private static List<Cost> measure(Stage stage, long mib, int runs) throws IOException {
    List<Cost> costs = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      // Room for the reserve, so that the space itself has the whole size.
      String path = "dram:64|" + stage.newSpill() + ":" + (mib + 64) + ":0?reserve=lazy";
      Child.Ended ended =
          stage.run(
              new JavaProgram(SpaceCostMain.class.getName())
                  .jvm("-Xmx64m", "-XX:+UseSerialGC")
                  .with(path));
      Map<String, String> json = JsonObject.readFlat(ended.out());
      if (ended.exitCode() != 0 || !json.containsKey("pssBytes")) {
        stage.check(false, mib + " MiB: " + ended.describe());
        return costs;
      }
      long own = MemcheckRun.number(json, "pssBytes");
      long pager = MemcheckRun.number(json, "pagerPssBytes");
      double seconds = Double.parseDouble(json.getOrDefault("openSeconds", "0"));
      stage.say(
          String.format(
              Locale.ROOT,
              "        %d MiB: opened in %.2f s, application %d MiB, pager %d MiB",
              mib,
              seconds,
              own >> 20,
              pager >> 20));
      costs.add(new Cost(seconds, own + pager));
    }
    return costs;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
