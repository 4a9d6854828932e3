package io.elasticmemory.samples.prove.agent;

import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;
import java.util.function.UnaryOperator;

/** Item 1: libraries of others find the same with a quarter of their data in DRAM. */
final class LibrariesItem implements Item {
  private final AgentScale scale;

  LibrariesItem(AgentScale scale) {
    this.scale = scale;
  }

  @Override
  public int number() {
    return 1;
  }

  @Override
  public String title() {
    return "Netty, H2, MapDB, Lucene, Agrona: the same results with a quarter of the data in DRAM";
  }

  @Override
  public void show(Stage stage) throws IOException {
    LibraryRuns.show(stage, scale.dataMib(), UnaryOperator.identity());
  }
}
