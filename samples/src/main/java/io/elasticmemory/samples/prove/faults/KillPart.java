package io.elasticmemory.samples.prove.faults;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What item 1 is made of; it takes hours, and can be done part by part. */
public enum KillPart {
  /** Kills at random moments in {@link KillSetting#DENSE}, and so on. */
  DENSE(KillSetting.DENSE),
  DENSE_STANDBY(KillSetting.DENSE_STANDBY),
  SPARSE(KillSetting.SPARSE),
  SPARSE_STANDBY(KillSetting.SPARSE_STANDBY),
  /** Kills at each failpoint. */
  POINTS(null),
  /** Stops at each failpoint. */
  POINT_STOPS(null);

  private final @Nullable KillSetting setting;

  KillPart(@Nullable KillSetting setting) {
    this.setting = setting;
  }

  /** Where pagers are killed at random moments; null for the failpoints. */
  @Nullable KillSetting setting() {
    return setting;
  }

  /** The word for it on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
