package io.elasticmemory.tiering.pager;

/** Something the application has asked for, done in parts, one turn after another. */
abstract class Command {
  final int first;
  final int end;
  final Done done;

  /** The next block to work on. */
  int cursor;

  Command(int first, int end, Done done) {
    this.first = first;
    this.end = end;
    this.done = done;
    cursor = first;
  }

  /** Does a bounded part; true if anything was done. */
  abstract boolean step();

  /** True if nobody waits for it. */
  boolean isHint() {
    return false;
  }

  /** True when all is done and has been told. */
  abstract boolean isOver();
}
