package io.elasticmemory.tiering.store;

import io.elasticmemory.port.Clock;
import io.elasticmemory.port.Donor;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The copy that a disk has, as a side of a mirror: always at hand, and used again when dropped. */
public final class BackupReplica implements Replica {
  /** A disk that was dropped is used again after so many times what is late for it, or more. */
  private static final int PAUSE_PART_FIRST = 1;

  private static final int PAUSE_PART_LAST = 16;

  private final BackupDonor backup;
  private final MirrorSettings settings;
  private final Clock clock;
  private boolean isOut;
  private int pausePart = PAUSE_PART_FIRST;
  private long notBefore;

  /**
   * The disk as it is.
   *
   * @param isDoubted it counts as empty, and is had by {@link #open}; else by {@link #opened}
   */
  public BackupReplica(
      BackupDonor backup, MirrorSettings settings, Clock clock, boolean isDoubted) {
    this.backup = backup;
    this.settings = settings;
    this.clock = clock;
    notBefore = clock.nanoTime();
    isOut = !isDoubted;
    if (isDoubted) {
      backup.drop();
    }
  }

  /** What a mirror begins with: null if it is doubted. */
  public @Nullable Donor opened() {
    return isOut ? backup : null;
  }

  /** How many slots there are of which only the other side has what earlier pagers have stored. */
  public int lackingCount() {
    return backup.lackingCount();
  }

  @Override
  public String name() {
    return backup.name();
  }

  @Override
  public @Nullable Donor open() {
    if (!backup.isDrained() || clock.nanoTime() - notBefore < 0) {
      return null;
    }
    backup.use();
    isOut = true;
    return backup;
  }

  @Override
  public boolean isLost(Donor donor) {
    return backup.isBroken();
  }

  @Override
  public boolean isAway(Donor donor) {
    return backup.isStuck();
  }

  @Override
  public boolean isBackup() {
    return true;
  }

  @Override
  public void mayLag(boolean may) {
    backup.mayLag(may);
  }

  @Override
  public boolean owes() {
    return backup.owes();
  }

  @Override
  public void eachLacking(IntConsumer slots) {
    backup.eachLacking(slots);
  }

  @Override
  public boolean lacks(int slot) {
    return backup.lacks(slot);
  }

  @Override
  public void forgiveLacking() {
    backup.forgiveLacking();
  }

  @Override
  public void drop(Donor donor) {
    isOut = false;
    notBefore = clock.nanoTime() + pausePart * settings.lateNanos();
    pausePart = Math.min(2 * pausePart, PAUSE_PART_LAST);
    backup.drop();
  }

  @Override
  public void close() {
    if (!isOut) {
      backup.close();
    }
  }
}
