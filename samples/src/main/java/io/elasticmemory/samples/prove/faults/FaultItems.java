package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.flips.FlipItem;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that is shown of faults, in order. */
public final class FaultItems {
  private FaultItems() {}

  /**
   * The items at this scale.
   *
   * @param resume where what was counted is kept between runs, null if it is not
   */
  public static List<Item> of(FaultScale scale, @Nullable Path resume) {
    return List.of(
        new KillItem(scale, resume),
        new ExporterItem(scale),
        new FlipItem(scale.flips()),
        new LeakItem(scale));
  }
}
