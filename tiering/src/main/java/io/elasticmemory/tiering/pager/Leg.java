package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.Transfer;

/** One read or write of consecutive subblocks, part of a {@link Trip}. */
final class Leg extends Transfer {
  private final Trip trip;
  private int firstSubblock;
  private int subblocks;

  Leg(Trip trip) {
    this.trip = trip;
  }

  Trip trip() {
    return trip;
  }

  int firstSubblock() {
    return firstSubblock;
  }

  int subblocks() {
    return subblocks;
  }

  void cover(int first, int count) {
    firstSubblock = first;
    subblocks = count;
  }
}
