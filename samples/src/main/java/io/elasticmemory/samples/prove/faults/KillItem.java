package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Stage;
import io.elasticmemory.tiering.failpoint.Failpoint;
import io.elasticmemory.tiering.failpoint.Failpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Item 1: pagers are killed at any moment, and at each step. */
final class KillItem implements Item {
  /** So many with one program, then it reads everything once more. */
  private static final int KILLS_PER_RUN = 250;

  private final FaultScale scale;
  private final Set<KillPart> parts;
  private final @Nullable Path resume;

  /**
   * An item.
   *
   * @param resume where tallies are kept between runs, null if they are not
   */
  KillItem(FaultScale scale, Set<KillPart> parts, @Nullable Path resume) {
    this.scale = scale;
    this.parts = parts;
    this.resume = resume;
  }

  @Override
  public int number() {
    return 1;
  }

  @Override
  public String title() {
    return ("%d pagers killed at random moments, and %d at each of %d failpoints: no wrong word, no"
            + " hang, bounded stalls")
        .formatted(
            scale.kills(), scale.pointKills() + scale.pointStops(), Failpoint.values().length);
  }

  @Override
  public void show(Stage stage) throws IOException {
    KillLedger ledger = KillLedger.open(resume);
    for (KillPart part : parts) {
      KillSetting setting = part.setting();
      if (setting != null) {
        killAtRandom(stage, ledger, setting);
      }
    }
    if (parts.contains(KillPart.POINTS)) {
      killAtPoints(stage, ledger, KillSetting.DENSE, false, scale.pointKills());
    }
    if (parts.contains(KillPart.POINT_STOPS)) {
      killAtPoints(stage, ledger, KillSetting.DENSE_STANDBY, true, scale.pointStops());
    }
  }

  private void killAtRandom(Stage stage, KillLedger ledger, KillSetting setting)
      throws IOException {
    int each = setting.killsOf(scale.kills());
    KillTally tally = ledger.of(setting.label());
    boolean isGood = true;
    while (isGood && tally.kills() < each) {
      int kills = Math.min(KILLS_PER_RUN, each - tally.kills());
      isGood =
          new KillRun(stage, scale, setting, null, null)
              .let(new RandomKiller(stage.random(), tally, setting.hasStandby(), kills));
      ledger.save();
      stage.say("        " + setting.label() + ": " + tally.describe());
    }
    boolean isInTime = !scale.isTimed() || tally.isInTime(setting.stallMillisMax());
    stage.check(tally.isGood() && isInTime, setting.label() + ": " + tally.describe());
  }

  /** Where each step has just been done. */
  private void killAtPoints(
      Stage stage, KillLedger ledger, KillSetting setting, boolean stops, int each)
      throws IOException {
    Path file = stage.newSpill();
    Failpoints points = Failpoints.create(file);
    boolean isGood = true;
    for (List<Failpoint> left = left(stage, ledger, stops, each);
        isGood && !left.isEmpty();
        left = left(stage, ledger, stops, each)) {
      List<Failpoint> next = left.subList(0, Math.min(KILLS_PER_RUN, left.size()));
      isGood =
          new KillRun(stage, scale.atPoints(), setting, file, null)
              .let(new FailpointKiller(stage.random(), points, next, ledger, stops));
      ledger.save();
      stage.say("        %d to go".formatted(left(stage, ledger, stops, each).size()));
    }
    List<String> bad = new ArrayList<>();
    int kills = 0;
    int unfinished = 0;
    for (Failpoint point : Failpoint.values()) {
      KillTally tally = ledger.of(FailpointKiller.kind(point, stops));
      kills += tally.kills();
      unfinished += tally.kills() < each ? 1 : 0;
      if (tally.isBad()) {
        bad.add("; %s: %s".formatted(point, tally.describe()));
      }
    }
    stage.check(
        bad.isEmpty() && unfinished == 0,
        "%d %s at %d failpoints, %d of which not often enough%s"
            .formatted(
                kills,
                stops ? "stops" : "kills",
                Failpoint.values().length,
                unfinished,
                String.join("", bad)));
  }

  /** What is left to be done at each, in any order. */
  private static List<Failpoint> left(Stage stage, KillLedger ledger, boolean stops, int each) {
    List<Failpoint> left = new ArrayList<>();
    for (Failpoint point : Failpoint.values()) {
      KillTally tally = ledger.of(FailpointKiller.kind(point, stops));
      left.addAll(Collections.nCopies(Math.max(0, each - tally.kills()), point));
    }
    Collections.shuffle(left, stage.random());
    return left;
  }
}
