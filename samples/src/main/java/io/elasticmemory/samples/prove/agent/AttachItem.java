package io.elasticmemory.samples.prove.agent;

import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;

/** Item 2: the agent comes while programs are at work. */
final class AttachItem implements Item {
  /** Pools keep some of what they had before: of little data that would be too large a part. */
  private static final int DATA_TIMES = 2;

  private final AgentScale scale;

  AttachItem(AgentScale scale) {
    this.scale = scale;
  }

  @Override
  public int number() {
    return 2;
  }

  @Override
  public String title() {
    return "the agent attached under load, to the same libraries and to many threads";
  }

  @Override
  public void show(Stage stage) throws IOException {
    long dataMib = DATA_TIMES * scale.smallMib();
    LibraryRuns.show(
        stage, scale.attached(), dataMib, plan -> plan.attachedAfter(scale.attachSeconds()));
    new ChurnRun(stage, "many threads", scale.allocations()).attached(scale.attachSeconds());
  }
}
