package io.elasticmemory.samples.prove;

import java.util.List;

/** All that is shown of a tiered space, in order. */
public final class SpaceItems {
  private SpaceItems() {}

  /** The items. */
  public static List<Item> all() {
    return List.of(
        new DemoItem(),
        new MemcheckItem(),
        new ResizeItem(),
        new LazySpaceItem(),
        new CollectorsItem(),
        new CleanPassesItem(),
        new HotSetItem(),
        new PagerDeathItem(),
        new SignalItem(),
        new DonorFailureItem(),
        new BadInputItem(),
        new SpeedItem());
  }
}
