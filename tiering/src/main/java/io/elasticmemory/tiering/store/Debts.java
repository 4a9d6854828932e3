package io.elasticmemory.tiering.store;

/**
 * Which slots of a disk may not have what was last written to them, although it was said that they
 * have. Outlives the pager. Used by one thread.
 */
public interface Debts {
  /** No place, or none of that kind. */
  int NONE = -1;

  /** Places there are. */
  int places();

  /** The slot that is owed at this place, or {@link #NONE}. */
  int slot(int place);

  /**
   * From when this returns, whoever asks is told that the slot is owed.
   *
   * @return the place, or {@link #NONE} if all are taken
   */
  int owe(int slot);

  /** What is owed at this place is there, or not wanted any more. */
  void pay(int place);
}
