package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.chaos.ChaosItem;
import io.elasticmemory.samples.prove.flips.FlipItem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All that is shown of faults, in order. */
public final class FaultItems {
  private FaultItems() {}

  /**
   * The items at this scale.
   *
   * @param parts of item 1
   * @param resume where what was counted and seen is kept between runs, null if it is not
   */
  public static List<Item> of(FaultScale scale, Set<KillPart> parts, @Nullable Path resume) {
    List<Item> items = new ArrayList<>();
    items.add(new KillItem(scale, parts, resume));
    items.add(new KeptItem(new ExporterItem(scale), "exporters", resume));
    items.add(new KeptItem(new FlipItem(scale.flips()), "flips", resume));
    for (int run = 1; run <= ChaosItem.RUNS; run++) {
      Item chaos = new ChaosItem(scale.chaosMinutes(), run);
      items.add(new KeptItem(chaos, "chaos " + run, resume));
    }
    items.add(new KeptItem(new LeakItem(scale), "leaks", resume));
    items.add(new NonceItem(scale, resume));
    items.add(new KeptItem(new SafetyCostItem(), "costs", resume));
    return items;
  }
}
