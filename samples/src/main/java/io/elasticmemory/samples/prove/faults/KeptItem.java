package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Stage;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An item that is not shown again once it has been: what was seen then is kept between runs. */
final class KeptItem implements Item {
  private final Item item;
  private final String name;
  private final @Nullable Path resume;

  /**
   * Wraps an item.
   *
   * @param name of it in the file
   * @param resume that file, null if nothing is kept
   */
  KeptItem(Item item, String name, @Nullable Path resume) {
    this.item = item;
    this.name = name;
    this.resume = resume;
  }

  @Override
  public int number() {
    return item.number();
  }

  @Override
  public String title() {
    return item.title();
  }

  @Override
  public void show(Stage stage) throws Exception {
    KillLedger ledger = KillLedger.open(resume);
    List<String> seen = ledger.seen(name);
    if (!seen.isEmpty()) {
      seen.forEach(line -> stage.check(true, "before: " + line));
      return;
    }
    item.show(stage);
    if (stage.isGood()) {
      ledger.saw(name, stage.seen());
      ledger.save();
    }
  }
}
