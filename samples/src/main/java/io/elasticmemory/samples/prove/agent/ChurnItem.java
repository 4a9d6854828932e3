package io.elasticmemory.samples.prove.agent;

import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;

/** Item 5: many threads allocate and free around the threshold. */
final class ChurnItem implements Item {
  private final AgentScale scale;

  ChurnItem(AgentScale scale) {
    this.scale = scale;
  }

  @Override
  public int number() {
    return 5;
  }

  @Override
  public String title() {
    return "%d allocations from 16 threads: no leak, no wrong word, fresh memory is zero"
        .formatted(scale.allocations());
  }

  @Override
  public void show(Stage stage) throws IOException {
    new ChurnRun(stage, "16 threads", scale.allocations()).withAgent("");
  }
}
