package io.elasticmemory.samples.prove.agent;

import io.elasticmemory.samples.prove.Item;
import java.util.List;

/** All that is shown of the agent, in order. */
public final class AgentItems {
  private AgentItems() {}

  /** The items at this scale. */
  public static List<Item> of(AgentScale scale) {
    return List.of(
        new LibrariesItem(scale),
        new AttachItem(scale),
        new OwnVersionsItem(),
        new FlagsItem(scale),
        new ChurnItem(scale),
        new CostItem(scale),
        new UnprivilegedItem(scale));
  }
}
