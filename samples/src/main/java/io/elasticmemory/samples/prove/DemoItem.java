package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.process.Child;
import java.io.IOException;

/** Item 1, the part that is not a build: the demo. */
final class DemoItem implements Item {
  @Override
  public int number() {
    return 1;
  }

  @Override
  public String title() {
    return "emp demo (mvn verify is run by hand)";
  }

  @Override
  public void show(Stage stage) throws IOException {
    Child.Ended ended = stage.run(stage.emp("demo"));
    ended.out().lines().forEach(stage::say);
    stage.check(
        ended.exitCode() == 0,
        "the demo took " + Math.round(ended.seconds()) + " s, " + ended.describe());
  }
}
