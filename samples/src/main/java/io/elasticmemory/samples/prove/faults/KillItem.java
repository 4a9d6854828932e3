package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Item 1: pagers are killed at any moment. */
final class KillItem implements Item {
  /** So many with one program, then it reads everything once more. */
  private static final int KILLS_PER_RUN = 250;

  private final FaultScale scale;
  private final @Nullable Path resume;

  /**
   * An item.
   *
   * @param resume where tallies are kept between runs, null if they are not
   */
  KillItem(FaultScale scale, @Nullable Path resume) {
    this.scale = scale;
    this.resume = resume;
  }

  @Override
  public int number() {
    return 1;
  }

  @Override
  public String title() {
    return "%d pagers killed at random moments: no wrong word, no hang, bounded stalls"
        .formatted(scale.kills());
  }

  @Override
  public void show(Stage stage) throws IOException {
    KillLedger ledger = KillLedger.open(resume);
    int each = scale.kills() / KillSetting.values().length;
    for (KillSetting setting : KillSetting.values()) {
      KillTally tally = ledger.of(setting);
      boolean isGood = true;
      while (isGood && tally.kills() < each) {
        int kills = Math.min(KILLS_PER_RUN, each - tally.kills());
        isGood = new KillRun(stage, scale, setting, tally).kill(kills);
        ledger.save();
        stage.say("        " + setting.label() + ": " + tally.describe());
      }
      judge(stage, setting, tally);
    }
  }

  private void judge(Stage stage, KillSetting setting, KillTally tally) {
    boolean isInTime = !scale.isTimed() || tally.stallMillis(99) <= setting.stallMillisMax();
    stage.check(tally.isGood() && isInTime, setting.label() + ": " + tally.describe());
  }
}
