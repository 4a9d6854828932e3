package io.elasticmemory.samples.prove.agent;

import io.elasticmemory.samples.bench.apps.AppsPlan;
import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;

/** Item 4: checks, collectors, headers, and limits below the data. */
final class FlagsItem implements Item {
  private final AgentScale scale;

  FlagsItem(AgentScale scale) {
    this.scale = scale;
  }

  @Override
  public int number() {
    return 4;
  }

  @Override
  public String title() {
    return "the same libraries with " + String.join(", ", AppsPlan.FLAGS);
  }

  @Override
  public void show(Stage stage) throws IOException {
    LibraryRuns.show(stage, scale.smallMib(), plan -> plan.withFlags(AppsPlan.FLAGS));
  }
}
