package io.elasticmemory.tiering.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What pagers that were killed have left under way at a donor, and whether it is shut out: it may
 * land until the donor has confirmed the newest pager, which takes time.
 */
final class Fence {
  private final Agenda agenda;
  private final List<Flight> orphans = new ArrayList<>();
  private boolean closed = true;
  private int pagers = 1;

  Fence(Agenda agenda) {
    this.agenda = agenda;
  }

  /** Writes of pagers that were killed, which may yet land. */
  List<Flight> orphans() {
    return orphans;
  }

  void add(Flight orphan) {
    orphans.add(orphan);
  }

  void remove(Flight orphan) {
    orphans.remove(orphan);
  }

  /** True if nothing of an older pager can land. */
  boolean isClosed() {
    return closed;
  }

  /**
   * A newer pager shows itself.
   *
   * @param when it is confirmed, asked again at that moment: a later one if that is not possible
   */
  void open(long at, LongSupplier when) {
    closed = false;
    closeLater(at, when, ++pagers);
  }

  /** Nothing of the older pager can land, because that died with it. */
  void keepClosed() {
    pagers++;
  }

  private void closeLater(long at, LongSupplier when, int pager) {
    if (at < Long.MAX_VALUE) {
      agenda.at(at, () -> close(at, when, pager));
    }
  }

  private void close(long at, LongSupplier when, int pager) {
    if (pager != pagers) {
      return;
    }
    long later = when.getAsLong();
    if (later > at) {
      closeLater(later, when, pager);
      return;
    }
    orphans.forEach(Flight::abandon);
    orphans.clear();
    closed = true;
  }
}
