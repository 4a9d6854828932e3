package io.elasticmemory.tiering.sim;

/**
 * What a run counts: the arrows of the state drawing, the faults it injects, the races it meets.
 */
enum Happening {
  // Arrows of the state drawing, counted per subblock unless a block is named.
  UNTOUCHED_TO_DIRTY(Kind.ARROW),
  DIRTY_TO_LEAVING(Kind.ARROW),
  LEAVING_TO_STORED(Kind.ARROW),
  LEAVING_TO_DIRTY_CANCELLED(Kind.ARROW),
  LEAVING_TO_UNTOUCHED_ZERO(Kind.ARROW),
  LEAVING_PASSED_ON_BLOCK(Kind.ARROW),
  STORED_TO_FETCHING_BLOCK(Kind.ARROW),
  FETCHING_TO_CLEAN(Kind.ARROW),
  FETCHING_TO_DIRTY_WRITE_FAULT(Kind.ARROW),
  CLEAN_TO_DIRTY(Kind.ARROW),
  CLEAN_TO_STORED(Kind.ARROW),
  STORED_TO_MOVING_BLOCK(Kind.ARROW),
  MOVED_DOWN_BLOCK(Kind.ARROW),
  MOVED_UP_BLOCK(Kind.ARROW),
  MOVE_CANCELLED_BLOCK(Kind.ARROW),
  TO_DISCARDING_BLOCK(Kind.ARROW),
  DISCARDED_DIRTY(Kind.ARROW),
  DISCARDED_CLEAN(Kind.ARROW),
  DISCARDED_STORED(Kind.ARROW),
  STORED_TO_LOST_BLOCK(Kind.ARROW),

  // Messages of the kernel.
  MISSING_READ(Kind.MESSAGE),
  MISSING_WRITE(Kind.MESSAGE),
  MINOR_READ(Kind.MESSAGE),
  MINOR_WRITE(Kind.MESSAGE),
  PROTECTED_WRITE(Kind.MESSAGE),
  DUPLICATE(Kind.MESSAGE),
  STALE_WHEN_ANSWERED(Kind.MESSAGE),

  // Injected faults: links, disks, kernel.
  SLOW(Kind.FAULT),
  STUCK(Kind.FAULT),
  LATE_READ(Kind.FAULT),
  LATE_WRITE(Kind.FAULT),
  REORDERED(Kind.FAULT),
  QUEUE_FULL(Kind.FAULT),
  READ_FAILED(Kind.FAULT),
  WRITE_FAILED(Kind.FAULT),
  DISK_FULL(Kind.FAULT),
  STORE_REFUSED(Kind.FAULT),
  LINK_CUT_READ(Kind.FAULT),
  LINK_CUT_WRITE(Kind.FAULT),
  LANDED_AFTER_CUT(Kind.FAULT),
  ANSWER_ROTTEN(Kind.FAULT),
  ANSWER_STALE(Kind.FAULT),
  ANSWER_MISDIRECTED(Kind.FAULT),
  ANSWER_TORN(Kind.FAULT),
  KERNEL_RETRY(Kind.FAULT),
  KERNEL_NO_MEMORY(Kind.FAULT),
  PAGE_PINNED(Kind.FAULT),
  ALIEN_PAGE(Kind.FAULT),
  PAGE_REMOVED_BY_APPLICATION(Kind.FAULT),
  MEDIUM_ROTTEN(Kind.FAULT),
  WRITE_LOST(Kind.FAULT),
  DONOR_DEAD(Kind.FAULT),
  ALL_DONORS_REFUSE(Kind.FAULT),
  APPLICATION_EXITED(Kind.FAULT),

  // Races.
  WRITE_WHILE_LEAVING(Kind.RACE),
  FAULT_WHILE_LEAVING(Kind.RACE),
  MINOR_WHILE_LEAVING(Kind.RACE),
  UNMAP_WHILE_LEAVING(Kind.RACE),
  PUNCH_UNDER_WAITING_WRITER(Kind.RACE),
  WRITE_AMID_PROTECT_OR_READ(Kind.RACE),
  WRITE_WHILE_FETCHING(Kind.RACE),
  FAULT_WHILE_MOVING(Kind.RACE),
  WRITE_WHILE_MOVING(Kind.RACE),
  FAULT_WHILE_DISCARDING(Kind.RACE),
  FREE_WHILE_LEAVING(Kind.RACE),
  FREE_WHILE_FETCHING(Kind.RACE),
  FREE_WHILE_MOVING(Kind.RACE),
  RESIZE_WHILE_FETCHING(Kind.RACE),
  RESIZE_WHILE_LEAVING(Kind.RACE),
  RESIZE_WHILE_RESIZING(Kind.RACE),
  UNLOAD_WHILE_FETCHING(Kind.RACE),
  PREFETCH_WHILE_LEAVING(Kind.RACE),
  HINT_WHILE_LEAVING(Kind.RACE),
  HINT_WHILE_FETCHING(Kind.RACE),
  LATE_COMPLETION_OF_OTHER_GENERATION(Kind.RACE),
  LATE_COMPLETION_AFTER_TIMEOUT(Kind.RACE);

  /** The tables of the report. */
  enum Kind {
    ARROW("state arrows"),
    MESSAGE("fault messages"),
    FAULT("injected faults"),
    RACE("races");

    final String title;

    Kind(String title) {
      this.title = title;
    }
  }

  final Kind kind;

  Happening(Kind kind) {
    this.kind = kind;
  }

  /** The name as people read it. */
  String text() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }
}
