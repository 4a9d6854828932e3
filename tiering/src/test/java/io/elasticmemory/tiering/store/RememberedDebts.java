package io.elasticmemory.tiering.store;

import java.util.Arrays;
import java.util.List;

/** Debts that a test can look at, and give to the next pager. */
final class RememberedDebts implements Debts {
  private final int[] slots = new int[256];

  RememberedDebts() {
    Arrays.fill(slots, NONE);
  }

  @Override
  public int places() {
    return slots.length;
  }

  @Override
  public int slot(int place) {
    return slots[place];
  }

  @Override
  public int owe(int slot) {
    for (int place = 0; place < slots.length; place++) {
      if (slots[place] == NONE) {
        slots[place] = slot;
        return place;
      }
    }
    return NONE;
  }

  @Override
  public void pay(int place) {
    if (slots[place] == NONE) {
      throw new AssertionError("nothing is owed at " + place);
    }
    slots[place] = NONE;
  }

  List<Integer> all() {
    return Arrays.stream(slots).filter(slot -> slot != NONE).boxed().toList();
  }
}
