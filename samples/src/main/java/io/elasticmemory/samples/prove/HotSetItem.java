package io.elasticmemory.samples.prove;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** Item 6, second half: what is fetched repeatedly from SSD moves up to REMOTE. */
final class HotSetItem implements Item {
  private static final int PASSES = 4;
  private static final double SHARE_MIN = 0.8;

  @Override
  public int number() {
    return 6;
  }

  @Override
  public String title() {
    return "a hot set that fits REMOTE is found there in the second run";
  }

  @Override
  public void show(Stage stage) throws IOException {
    String path = stage.path(stage.startExporter());
    // Larger than DRAM, and with room to spare in REMOTE.
    long hotMib = (stage.scale().dramMib() + stage.scale().remoteMib()) / 2;
    Map<String, String> json = PassesRun.run(stage, path, hotMib, PASSES);
    if (json.isEmpty()) {
      return;
    }
    stage.say(describe("first", json));
    stage.check(share("second", json) >= SHARE_MIN, describe("second", json).strip());
  }

  private static String describe(String run, Map<String, String> json) {
    return String.format(
        Locale.ROOT,
        "        %s run: %.0f %% of %d misses from REMOTE, %d MiB promoted",
        run,
        100 * share(run, json),
        misses(run, json),
        MemcheckRun.number(json, run + "_bytesPromoted") >> 20);
  }

  private static double share(String run, Map<String, String> json) {
    double remote = MemcheckRun.number(json, run + "_faultsRemote");
    return remote / Math.max(1, misses(run, json));
  }

  private static long misses(String run, Map<String, String> json) {
    return MemcheckRun.number(json, run + "_faultsRemote")
        + MemcheckRun.number(json, run + "_faultsSsd");
  }
}
