package io.elasticmemory.tiering.sim;

import io.elasticmemory.port.Transfer;
import io.elasticmemory.tiering.store.BackupReplica;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a donor has to do with the other one that has the same bytes. All but that it is one of two
 * is known of the first.
 */
final class Pairing {
  /** What the shard has asked of both and not got back. */
  private final List<Transfer> transfers = new ArrayList<>();

  private final int[] owed;
  private boolean isMirrored;
  private @Nullable BackupReplica backup;

  Pairing(int slots) {
    owed = new int[slots];
  }

  /** It is one of two that have the same bytes. */
  void mirror() {
    isMirrored = true;
  }

  boolean isMirrored() {
    return isMirrored;
  }

  /** What the shard has asked of both and not got back. */
  List<Transfer> transfers() {
    return transfers;
  }

  /** The copy on a disk owes the slot, once more. */
  void owe(int slot) {
    owed[slot]++;
  }

  /** One debt less. */
  void pay(int slot) {
    owed[slot]--;
  }

  boolean owes(int slot) {
    return owed[slot] > 0;
  }

  boolean owesAny() {
    for (int count : owed) {
      if (count > 0) {
        return true;
      }
    }
    return false;
  }

  /** What the pager makes of the copy on a disk. */
  void backup(@Nullable BackupReplica opened) {
    backup = opened;
  }

  /**
   * True while only the first has what an earlier pager has stored: if it went now, that would be
   * the second fault, after the end of that pager.
   */
  boolean isExposed() {
    return backup == null ? owesAny() : backup.lackingCount() > 0;
  }

  /** The pager is killed, and what it knew is gone; the debts are not. */
  void orphan() {
    transfers.clear();
    backup = null;
  }
}
