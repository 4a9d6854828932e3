package io.elasticmemory.port.verbs.testing;

import io.elasticmemory.port.verbs.WorkStatus;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/** Room for messages of one queue pair; guarded by the fabric. */
final class FakeReceives {
  /** Room for one. */
  private record Room(long mark, FakeRegion region, long offset, int bytes) {}

  private final FakeQueuePair queuePair;
  private final FakeCompletionQueue completions;
  private final int most;
  private final Deque<Room> rooms = new ArrayDeque<>();

  /** Rooms whose message was not reported yet. */
  private int unreported;

  FakeReceives(FakeQueuePair queuePair, FakeCompletionQueue completions, int most) {
    this.queuePair = queuePair;
    this.completions = completions;
    this.most = most;
  }

  int most() {
    return most;
  }

  boolean isEmpty() {
    return rooms.isEmpty();
  }

  boolean add(long mark, FakeRegion region, long offset, int bytes) {
    if (rooms.size() + unreported >= most) {
      return false;
    }
    rooms.addLast(new Room(mark, region, offset, bytes));
    return true;
  }

  /** A message comes; false if the room is too small, or not to be used any more. */
  boolean take(MemorySegment message, FakeDomain domain) {
    Room room = rooms.removeFirst();
    long bytes = message.byteSize();
    if (bytes > room.bytes() || !room.region().isUsableIn(domain)) {
      report(room, WorkStatus.LOCAL, 0);
      return false;
    }
    MemorySegment.copy(message, 0, room.region().memory(), room.offset(), bytes);
    report(room, WorkStatus.SUCCESS, (int) bytes);
    return true;
  }

  private void report(Room room, WorkStatus status, int bytes) {
    unreported++;
    completions.received(queuePair, room.mark(), status, bytes);
  }

  void reported() {
    unreported--;
  }

  /** No message will come. */
  void flush() {
    while (!rooms.isEmpty()) {
      report(rooms.removeFirst(), WorkStatus.FLUSHED, 0);
    }
  }

  /** Nothing is reported any more. */
  void end() {
    rooms.clear();
    completions.end(queuePair);
  }
}
