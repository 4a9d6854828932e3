package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Item 7: pagers of an encrypted space are killed, and all nonces are collected on their way. */
final class NonceItem implements Item {
  /** With one program; the next has another key. */
  private static final int KILLS_PER_RUN = 250;

  private final FaultScale scale;
  private final @Nullable Path resume;

  /**
   * An item.
   *
   * @param resume where tallies are kept between runs, null if they are not
   */
  NonceItem(FaultScale scale, @Nullable Path resume) {
    this.scale = scale.atPoints();
    this.resume = resume;
  }

  @Override
  public int number() {
    return 7;
  }

  @Override
  public String title() {
    return "all nonces over %,d crashes of pagers: none comes twice".formatted(scale.crashes());
  }

  @Override
  public void show(Stage stage) throws IOException {
    KillLedger ledger = KillLedger.open(resume);
    KillSetting setting = KillSetting.ENCRYPTED;
    KillTally tally = ledger.of(setting.label());
    boolean isGood = true;
    while (isGood && tally.kills() < scale.crashes()) {
      int kills = Math.min(KILLS_PER_RUN, scale.crashes() - tally.kills());
      Nonces nonces = new Nonces();
      isGood =
          new KillRun(stage, scale, setting, null, nonces)
              .let(new RandomKiller(stage.random(), tally, setting.hasStandby(), kills));
      boolean isOnce = nonces.collected() > 0 && nonces.twice() == 0;
      if (!isOnce) {
        tally.failed();
      }
      isGood &= isOnce;
      stage.check(
          isOnce, "%,d nonces, %d of them twice".formatted(nonces.collected(), nonces.twice()));
      ledger.save();
    }
    stage.check(tally.isGood(), setting.label() + ": " + tally.describe());
  }
}
