package io.elasticmemory.tiering.pager;

import static io.elasticmemory.wire.CommandRingLayout.ADVISE;
import static io.elasticmemory.wire.CommandRingLayout.ARGUMENT_AT;
import static io.elasticmemory.wire.CommandRingLayout.ASKED;
import static io.elasticmemory.wire.CommandRingLayout.ASKED_AT;
import static io.elasticmemory.wire.CommandRingLayout.BYTES_AT;
import static io.elasticmemory.wire.CommandRingLayout.CLOSE;
import static io.elasticmemory.wire.CommandRingLayout.DISCARD;
import static io.elasticmemory.wire.CommandRingLayout.DONE;
import static io.elasticmemory.wire.CommandRingLayout.ENTRIES;
import static io.elasticmemory.wire.CommandRingLayout.ENTRIES_AT;
import static io.elasticmemory.wire.CommandRingLayout.KEEP;
import static io.elasticmemory.wire.CommandRingLayout.LET_GO;
import static io.elasticmemory.wire.CommandRingLayout.LOAD;
import static io.elasticmemory.wire.CommandRingLayout.MAGIC;
import static io.elasticmemory.wire.CommandRingLayout.MAGIC_AT;
import static io.elasticmemory.wire.CommandRingLayout.OFFSET_AT;
import static io.elasticmemory.wire.CommandRingLayout.OPERATION_AT;
import static io.elasticmemory.wire.CommandRingLayout.ORDER_AT;
import static io.elasticmemory.wire.CommandRingLayout.PIN;
import static io.elasticmemory.wire.CommandRingLayout.PREFETCH;
import static io.elasticmemory.wire.CommandRingLayout.RESIZE;
import static io.elasticmemory.wire.CommandRingLayout.RESULT_AT;
import static io.elasticmemory.wire.CommandRingLayout.STATE_AT;
import static io.elasticmemory.wire.CommandRingLayout.TAKEN;
import static io.elasticmemory.wire.CommandRingLayout.UNLOAD;
import static io.elasticmemory.wire.CommandRingLayout.UNPIN;
import static io.elasticmemory.wire.CommandRingLayout.VERSION;
import static io.elasticmemory.wire.CommandRingLayout.VERSION_AT;
import static io.elasticmemory.wire.CommandRingLayout.entryAt;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.Advice;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.Geometry;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The pager's end of the command ring: takes commands in the order they were asked, hands them to
 * the shard and answers when it is done with them. Everything in the ring is checked, because an
 * application may be wrong. Used by the shard's thread.
 */
final class CommandDesk {
  private static final Advice[] ADVICE = Advice.values();

  /** Advice that lasts; the rest are other commands. */
  private static final int LASTING_ADVICE = Advice.WILL_NEED.ordinal();

  /** Answer to a command that makes no sense. */
  static final long REFUSED = -1;

  private static final VarHandle INT = JAVA_INT.varHandle();
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private final MemorySegment ring;
  private final Geometry geometry;
  private final Stripes stripes;
  private final int shard;
  private final long minimumBudgetBytes;
  private final Orders orders;
  private final Runnable bell;
  private final int[] taken = new int[ENTRIES];
  private long asked;
  private boolean answered;
  private int closeEntry = -1;

  /**
   * A desk.
   *
   * @param stripes of the space
   * @param shard whose ring it is
   * @param minimumBudgetBytes of the space
   * @param bell wakes the application
   * @throws IllegalArgumentException if this is no command ring
   */
  CommandDesk(
      MemorySegment ring,
      Geometry geometry,
      Stripes stripes,
      int shard,
      long minimumBudgetBytes,
      Orders orders,
      Runnable bell) {
    require(ring.get(JAVA_LONG, MAGIC_AT) == MAGIC, "not a command ring: magic", 0);
    int version = ring.get(JAVA_INT, VERSION_AT);
    require(version == VERSION, "command ring version, this build reads " + VERSION + ":", version);
    int entries = ring.get(JAVA_INT, ENTRIES_AT);
    require(entries == ENTRIES, "command ring entries", entries);
    this.ring = ring;
    this.geometry = geometry;
    this.stripes = stripes;
    this.shard = shard;
    this.minimumBudgetBytes = minimumBudgetBytes;
    this.orders = orders;
    this.bell = bell;
  }

  /**
   * What an earlier pager has taken and not answered is asked again. Each command can be done
   * twice, and they are done in the order they were asked. What it has answered, or asked of the
   * application itself, it may not have announced any more.
   */
  void takeAgain() {
    for (int i = 0; i < ENTRIES; i++) {
      long at = entryAt(i) + STATE_AT;
      if ((int) INT.getAcquire(ring, at) == TAKEN) {
        INT.setRelease(ring, at, ASKED);
      }
    }
    asked = -1;
    answered = true;
  }

  /**
   * Takes what has been asked since the last time; true if that was anything. What is put into the
   * ring meanwhile is left for the next time, which comes, because the bell is rung after it.
   */
  boolean take() {
    long now = (long) LONG.getVolatile(ring, ASKED_AT);
    if (now == asked) {
      return false;
    }
    asked = now;
    int count = collect(now);
    for (int i = 0; i < count; i++) {
      start(taken[i]);
    }
    return count > 0;
  }

  /** Wakes the application if there are new answers. */
  void announce() {
    if (answered) {
      answered = false;
      bell.run();
    }
  }

  /** Whether the application wants the space to end. */
  boolean isClosing() {
    return closeEntry >= 0;
  }

  /** Answers that the last call on the space is done, if that was asked. */
  void answerClose() {
    if (isClosing()) {
      answer(closeEntry, 0);
      announce();
    }
  }

  /**
   * Indices of the ASKED entries up to a count of them, in the order they were asked. Later ones
   * may stand before and behind the place that is looked at, so that the second would be taken
   * without the first: a pin without the unpin that was asked before it, which would then undo it.
   */
  private int collect(long now) {
    int count = 0;
    for (int i = 0; i < ENTRIES; i++) {
      if ((int) INT.getAcquire(ring, entryAt(i) + STATE_AT) == ASKED && !isAfter(order(i), now)) {
        int at = count++;
        while (at > 0 && isAfter(order(taken[at - 1]), order(i))) {
          taken[at] = taken[at - 1];
          at--;
        }
        taken[at] = i;
      }
    }
    return count;
  }

  private long order(int index) {
    return ring.get(JAVA_LONG, entryAt(index) + ORDER_AT);
  }

  private static boolean isAfter(long order, long other) {
    return order - other > 0;
  }

  private void start(int index) {
    long at = entryAt(index);
    INT.setRelease(ring, at + STATE_AT, TAKEN);
    int operation = ring.get(JAVA_INT, at + OPERATION_AT);
    long offset = ring.get(JAVA_LONG, at + OFFSET_AT);
    long bytes = ring.get(JAVA_LONG, at + BYTES_AT);
    switch (operation) {
      case DISCARD, UNLOAD, KEEP, LET_GO -> startOnBlocks(index, operation, offset, bytes);
      case LOAD, PIN, UNPIN -> startOnOwnBlocks(index, operation, offset, bytes);
      case PREFETCH -> startPrefetch(index, offset, bytes);
      case ADVISE -> startAdvise(index, offset, bytes, ring.get(JAVA_LONG, at + ARGUMENT_AT));
      case RESIZE -> startResize(index, ring.get(JAVA_LONG, at + ARGUMENT_AT));
      case CLOSE -> closeEntry = index;
      default -> answer(index, REFUSED);
    }
  }

  private void startOnBlocks(int index, int operation, long offset, long bytes) {
    int blockBytes = geometry.blockBytes();
    if (!isInside(offset, bytes) || offset % blockBytes != 0 || bytes % blockBytes != 0) {
      answer(index, REFUSED);
      return;
    }
    int first = geometry.blockOf(offset);
    int count = (int) (bytes / blockBytes);
    Done done = result -> answer(index, result);
    switch (operation) {
      case DISCARD -> orders.discard(first, count, done);
      case UNLOAD -> orders.unload(first, count, done);
      case KEEP -> orders.keep(first, count, done);
      default -> {
        orders.letGo(first, count);
        answer(index, 0);
      }
    }
  }

  /** On blocks of which nothing may be known here, so that it must be known whose they are. */
  private void startOnOwnBlocks(int index, int operation, long offset, long bytes) {
    int blockBytes = geometry.blockBytes();
    if (!stripes.isOwn(shard, offset, bytes)
        || offset % blockBytes != 0
        || bytes % blockBytes != 0) {
      answer(index, REFUSED);
      return;
    }
    int first = geometry.blockOf(offset);
    int count = (int) (bytes / blockBytes);
    Done done = result -> answer(index, result);
    switch (operation) {
      case LOAD -> orders.load(first, count, done);
      case PIN -> orders.pin(first, count, done);
      default -> orders.unpin(first, count, done);
    }
  }

  private void startPrefetch(int index, long offset, long bytes) {
    boolean inside = isInside(offset, bytes);
    if (inside) {
      orders.prefetch(offset, bytes);
    }
    answer(index, inside ? 0 : REFUSED);
  }

  private void startAdvise(int index, long offset, long bytes, long advice) {
    boolean sound = isInside(offset, bytes) && advice >= 0 && advice < LASTING_ADVICE;
    if (sound) {
      orders.advise(offset, bytes, ADVICE[(int) advice]);
    }
    answer(index, sound ? 0 : REFUSED);
  }

  private void startResize(int index, long budgetBytes) {
    if (budgetBytes < minimumBudgetBytes) {
      answer(index, REFUSED);
    } else {
      orders.resize(budgetBytes, result -> answer(index, result));
    }
  }

  private boolean isInside(long offset, long bytes) {
    return offset >= 0
        && bytes > 0
        && bytes <= geometry.capacityBytes()
        && offset <= geometry.capacityBytes() - bytes;
  }

  private void answer(int index, long result) {
    long at = entryAt(index);
    ring.set(JAVA_LONG, at + RESULT_AT, result);
    INT.setRelease(ring, at + STATE_AT, DONE);
    answered = true;
  }

  private static void require(boolean condition, String what, long value) {
    if (!condition) {
      throw new IllegalArgumentException(what + " " + value);
    }
  }
}
