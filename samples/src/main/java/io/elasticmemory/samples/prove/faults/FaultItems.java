package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.flips.FlipItem;
import java.nio.file.Path;
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
   * @param resume where what was counted is kept between runs, null if it is not
   */
  public static List<Item> of(FaultScale scale, Set<KillPart> parts, @Nullable Path resume) {
    return List.of(
        new KillItem(scale, parts, resume),
        new ExporterItem(scale),
        new FlipItem(scale.flips()),
        new LeakItem(scale));
  }
}
