package io.elasticmemory.tiering.failpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A step of the pager, named after what has just been done. Where {@link #VARIABLE} names a file of
 * {@link Failpoints}, a test can have the pager held there, and then end it, stop it, or let it go
 * on: whatever it does, it does to a whole process from outside, so that a failpoint by itself
 * changes nothing. Without the variable a step costs nothing: the compiler leaves it out.
 */
public enum Failpoint {
  /** An eviction has write-protected what it names. */
  EVICT_PROTECTED,
  /** It has read that out. */
  EVICT_READ,
  /** The table says LEAVING, with the slot. */
  EVICT_NAMED,
  /** The bytes are on their way to the slot, or wait for their turn. */
  EVICT_SENT,
  /** Every leg is acknowledged; the table does not say so yet. */
  EVICT_ACKNOWLEDGED,
  /** The table says stored; nothing is punched yet. */
  EVICT_STORED,
  /** The pages are gone; the table says LEAVING still. */
  EVICT_PUNCHED,
  /** The table says NONE; nobody is woken yet. */
  EVICT_ENDED,
  /** Pages that were stored already are gone. */
  EVICT_CLEAN_PUNCHED,
  /** Pages that held zeros are gone. */
  EVICT_ZERO_PUNCHED,

  /** Zeros are installed for who touched memory first. */
  ZERO_INSTALLED,
  /** The table says not stored; the page is still protected from the write that waits. */
  WRITE_CLEARED,
  /** The page may be written. */
  WRITE_UNPROTECTED,

  /** The table says FETCHING. */
  FETCH_NAMED,
  /** The donor is asked. */
  FETCH_SENT,
  /** The bytes are there, and good. */
  FETCH_ARRIVED,
  /** They are installed; the table says FETCHING still. */
  FETCH_INSTALLED,
  /** The table says NONE, unless more of the block is coming. */
  FETCH_ENDED,

  /** The list of moves has the target of one. */
  MOVE_TARGETED,
  /** The table says MOVING. */
  MOVE_NAMED,
  /** The bytes are in a frame. */
  MOVE_READ,
  /** The target has acknowledged all of them; the table names the old slot. */
  MOVE_ACKNOWLEDGED,
  /** The table names the new slot; the list of moves has it still. */
  MOVE_ENDED,

  /** The table says DISCARDING, in a new generation. */
  DISCARD_NAMED,
  /** The table says not stored; the pages are still there. */
  DISCARD_CLEARED,
  /** The pages are gone. */
  DISCARD_PUNCHED,
  /** The table says NONE, without a slot. */
  DISCARD_ENDED,

  /** It is a successor's turn; it has changed nothing. */
  TAKE_OVER_LOCKED,
  /** The epoch is its own. */
  TAKE_OVER_NUMBERED,
  /** Its donors are open. */
  TAKE_OVER_OPENED,
  /** Whoever waited for the pager before has been told to ask again. */
  TAKE_OVER_WOKEN,

  /** The pages of a block that an earlier pager has left are found. */
  ADOPT_FOUND,
  /** What is stored of them has been compared with its marks, and punched if it differs. */
  ADOPT_COMPARED,
  /** What was under way on the block is settled. */
  ADOPT_SETTLED,

  /** An exporter is about to be asked for a lease. */
  LEASE_SOUGHT,
  /** It has said what it keeps for this space, and ended what an earlier pager had under way. */
  LEASE_WELCOMED,
  /** The lease can be used. */
  LEASE_CONFIRMED;

  /** The variable of the environment that names the file. */
  public static final String VARIABLE = "EMP_FAILPOINTS";

  private static final long LOOK_NANOS = 200_000;
  private static final @Nullable MemorySegment FILE = open();

  /** Only the pager whose turn it is: not a standby that rehearses. */
  private static volatile boolean serves;

  private static @Nullable MemorySegment open() {
    String name = System.getenv(VARIABLE);
    if (name == null || name.isEmpty()) {
      return null;
    }
    try {
      return Failpoints.map(Path.of(name));
    } catch (IOException e) {
      throw new UncheckedIOException(VARIABLE + "=" + name + " cannot be mapped", e);
    }
  }

  /** From now on this process can be held. */
  public static void serve() {
    serves = true;
  }

  /** Called where the step has been done, by the thread that did it. */
  public void reach() {
    if (FILE != null) {
      pass(FILE);
    }
  }

  private void pass(MemorySegment file) {
    long left = FailpointsLayout.get(file, this);
    if (left <= 0 || !serves) {
      return;
    }
    long next = left == 1 ? -ProcessHandle.current().pid() : left - 1;
    // Who loses the race to another shard has not passed.
    if (FailpointsLayout.change(file, this, left, next) && next < 0) {
      while (FailpointsLayout.get(file, this) == next) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
  }

  /** True if a pager comes by once in its life, or few times. */
  public boolean isPassedOnce() {
    return name().startsWith("TAKE_OVER") || name().startsWith("LEASE");
  }

  /** True if only a pager that takes over comes by. */
  public boolean isOfSuccessors() {
    return compareTo(TAKE_OVER_LOCKED) >= 0;
  }
}
