package io.elasticmemory.space;

import static io.elasticmemory.wire.CommandRingLayout.ARGUMENT_AT;
import static io.elasticmemory.wire.CommandRingLayout.ASKED;
import static io.elasticmemory.wire.CommandRingLayout.ASKED_AT;
import static io.elasticmemory.wire.CommandRingLayout.BYTES_AT;
import static io.elasticmemory.wire.CommandRingLayout.DONE;
import static io.elasticmemory.wire.CommandRingLayout.ENTRIES;
import static io.elasticmemory.wire.CommandRingLayout.FREE;
import static io.elasticmemory.wire.CommandRingLayout.HINTS_AT;
import static io.elasticmemory.wire.CommandRingLayout.OFFSET_AT;
import static io.elasticmemory.wire.CommandRingLayout.OPERATION_AT;
import static io.elasticmemory.wire.CommandRingLayout.ORDER_AT;
import static io.elasticmemory.wire.CommandRingLayout.RESULT_AT;
import static io.elasticmemory.wire.CommandRingLayout.STATE_AT;
import static io.elasticmemory.wire.CommandRingLayout.entryAt;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.wire.CommandRingLayout;
import io.elasticmemory.wire.HintQueueLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The application's end of a shard's command ring. Any thread asks; the control thread collects
 * what the pager has done. What does not fit into the ring waits here in order; hints are dropped
 * instead.
 */
final class CommandRing {
  private static final VarHandle INT = JAVA_INT.varHandle();
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private final MemorySegment ring;
  private final HintQueue hints;
  private final Runnable bell;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Command> waiting = new ArrayDeque<>();
  private final @Nullable Command[] asked = new @Nullable Command[ENTRIES];
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private long order;
  private boolean closed;

  private record Command(
      int operation, long offset, long bytes, long argument, CompletableFuture<Long> answer) {}

  /**
   * A ring nobody has used yet.
   *
   * @param ring see {@link io.elasticmemory.wire.CommandRingLayout}; formatted here
   * @param bell wakes the pager
   */
  CommandRing(MemorySegment ring, Runnable bell) {
    this.ring = ring;
    this.bell = bell;
    hints = new HintQueue(ring.asSlice(HINTS_AT, HintQueueLayout.QUEUE_BYTES));
    CommandRingLayout.format(ring);
    for (int i = 0; i < ENTRIES; i++) {
      free.add(i);
    }
  }

  /**
   * Asks the pager for something. The future completes on the control thread, so nothing that may
   * wait, or touch paged memory, may depend on it; exceptionally if the ring closes before.
   *
   * @throws EmpException of kind CLOSED if it is closed already
   */
  CompletableFuture<Long> ask(int operation, long offset, long bytes, long argument) {
    Command command = new Command(operation, offset, bytes, argument, new CompletableFuture<>());
    lock.lock();
    try {
      requireOpen();
      waiting.add(command);
      askWaiting();
    } finally {
      lock.unlock();
    }
    return command.answer();
  }

  /** Asks for something that may as well not happen: false if the ring is full. */
  boolean hint(int operation, long offset, long bytes, long argument) {
    lock.lock();
    try {
      requireOpen();
      if (free.isEmpty() || !waiting.isEmpty()) {
        return false;
      }
      waiting.add(new Command(operation, offset, bytes, argument, new CompletableFuture<>()));
      askWaiting();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says that a place will be read soon; false if it does not fit, and is forgotten. Takes no lock.
   * The pager hears of it when it is next {@link #ring rung}.
   */
  boolean hint(long offset) {
    return hints.offer(offset);
  }

  /** Wakes the pager. */
  void ring() {
    bell.run();
  }

  /** Completes what the pager has done, and asks for what has been waiting. */
  void collect() {
    List<Runnable> completions = new ArrayList<>();
    lock.lock();
    try {
      for (int i = 0; i < ENTRIES; i++) {
        collect(i, completions);
      }
      askWaiting();
    } finally {
      lock.unlock();
      // Whatever failed: nobody else knows of these any more.
      completions.forEach(Runnable::run);
    }
  }

  private void collect(int index, List<Runnable> completions) {
    Command command = asked[index];
    long at = entryAt(index);
    if (command == null || (int) INT.getAcquire(ring, at + STATE_AT) != DONE) {
      return;
    }
    long result = ring.get(JAVA_LONG, at + RESULT_AT);
    completions.add(() -> command.answer().complete(result));
    asked[index] = null;
    INT.setRelease(ring, at + STATE_AT, FREE);
    free.add(index);
  }

  /**
   * Refuses new commands from now on, except the one that ends the space. What is still waiting or
   * under way fails.
   */
  void close() {
    List<Command> abandoned;
    lock.lock();
    try {
      closed = true;
      abandoned = new ArrayList<>(waiting);
      waiting.clear();
      for (Command command : asked) {
        if (command != null) {
          abandoned.add(command);
        }
      }
    } finally {
      lock.unlock();
    }
    abandoned.forEach(command -> command.answer().completeExceptionally(closedSpace()));
  }

  /**
   * The last command of a closed ring, see {@link io.elasticmemory.wire.CommandRingLayout#CLOSE}.
   */
  CompletableFuture<Long> askLast(int operation) {
    Command last = new Command(operation, 0, 0, 0, new CompletableFuture<>());
    lock.lock();
    try {
      waiting.add(last);
      askWaiting();
    } finally {
      lock.unlock();
    }
    return last.answer();
  }

  private void requireOpen() {
    if (closed) {
      throw closedSpace();
    }
  }

  static EmpException closedSpace() {
    return new EmpException(Kind.CLOSED, "the space is closed; open another one");
  }

  private void askWaiting() {
    boolean any = false;
    while (!free.isEmpty() && !waiting.isEmpty()) {
      put(free.remove(), waiting.remove());
      any = true;
    }
    if (any) {
      bell.run();
    }
  }

  private void put(int index, Command command) {
    long at = entryAt(index);
    order++;
    ring.set(JAVA_INT, at + OPERATION_AT, command.operation());
    ring.set(JAVA_LONG, at + OFFSET_AT, command.offset());
    ring.set(JAVA_LONG, at + BYTES_AT, command.bytes());
    ring.set(JAVA_LONG, at + ARGUMENT_AT, command.argument());
    ring.set(JAVA_LONG, at + RESULT_AT, 0L);
    ring.set(JAVA_LONG, at + ORDER_AT, order);
    asked[index] = command;
    INT.setRelease(ring, at + STATE_AT, ASKED);
    LONG.setVolatile(ring, ASKED_AT, order);
  }
}
