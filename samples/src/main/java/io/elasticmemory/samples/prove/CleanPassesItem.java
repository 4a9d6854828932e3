package io.elasticmemory.samples.prove;

import java.io.IOException;
import java.util.Map;

/** Item 6, first half: what has not been written is never stored again. */
final class CleanPassesItem implements Item {
  @Override
  public int number() {
    return 6;
  }

  @Override
  public String title() {
    return "after a write pass and unload, two read-only passes store nothing";
  }

  @Override
  public void show(Stage stage) throws IOException {
    String path = stage.path(stage.startExporter(), "?promote=off");
    Map<String, String> json = PassesRun.run(stage, path, stage.scale().sizeMib(), 1);
    if (json.isEmpty()) {
      return;
    }
    long resident = MemcheckRun.number(json, "residentAfterUnload");
    stage.check(resident == 0, (resident >> 10) + " KiB resident after unload");
    for (String run : new String[] {"first", "second"}) {
      long remote = MemcheckRun.number(json, run + "_bytesToRemote");
      long ssd = MemcheckRun.number(json, run + "_bytesToSsd");
      stage.check(
          remote == 0 && ssd == 0,
          run
              + " pass: "
              + remote
              + " bytes to REMOTE, "
              + ssd
              + " to SSD; read "
              + (MemcheckRun.number(json, run + "_bytesFromRemote") >> 20)
              + " MiB and "
              + (MemcheckRun.number(json, run + "_bytesFromSsd") >> 20)
              + " MiB");
    }
  }
}
